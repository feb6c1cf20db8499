"""Time to the finished answer: ``trikal ask`` in a fresh process, and warm as ``trikal chat`` is.

Uses the demo's archive, made anew; the chat model is whatever this machine has.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from trikal.app.asking import Asker
from trikal.app.session import open_session
from trikal.app.warming import Warming
from trikal.settings import load_settings

QUESTIONS = (
    "What damaged the dome?",
    "How much does the ginger tea cost?",
    "How wide is the main mirror?",
    "What did the council approve after the mirror was polished by hand?",
    "What did the narrator say about the storm before the council approved the money?",
    "Why was the opening moved?",
    "When does the last bus leave?",
)


def main() -> None:
    trikal = str(Path(sys.executable).with_name("trikal"))
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([trikal, "demo", "--keep", folder], check=True, capture_output=True)
        archive = Path(folder) / "archive"
        cold = []
        for _ in range(5):
            started = time.perf_counter()
            subprocess.run([trikal, "ask", QUESTIONS[0], "--archive", str(archive)], check=True,
                           capture_output=True)
            cold.append(time.perf_counter() - started)
        with (open_session(load_settings(archive=archive)) as session,
              Warming(session.models) as warming):
            asker = Asker(session.resources())
            warming.join()
            with warming.paused():
                asker.ask(QUESTIONS[0])
                warm = [(question, asker.ask(question)) for question in QUESTIONS]
    print(f"cold, whole process: median {statistics.median(cold):.1f} s, "
          f"from {min(cold):.1f} to {max(cold):.1f} s")
    for question, reply in warm:
        how = [reply["plan"]["planner"], (reply["triage"] or {}).get("size", "")]
        print(f"warm: {reply['timings_ms']['total'] / 1000:.2f} s  {question} "
              f"(planned by {how[0]}, answered by the {how[1] or 'only'} model)")
