"""Apollo 13's whole air-to-ground transcript: ingest time, two searches, and search latency.

Runs on ../shared/data/apollo13.
"""

import statistics
import tempfile
import time
from pathlib import Path

from trikal.app.session import open_session
from trikal.indexes.intervals import Interval
from trikal.indexes.protocol import MomentFilter
from trikal.ingest.pipeline import Pipeline
from trikal.settings import load_settings
from trikal.tools.find import Finder

UTTERANCES = (Path(__file__).resolve().parents[2] / "shared" / "data" / "apollo13"
              / "utterances.jsonl")
WANTED = "Houston, we've had a problem."
QUERIES = {
    "English": "Houston, we've had a problem",
    "Hindi": "ह्यूस्टन, हमारे सामने एक समस्या है",
}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(archive=Path(folder))
        with open_session(settings, create=True) as session:
            started = time.perf_counter()
            (report,) = Pipeline(session.archive.catalogue, session.index,
                                 session.models).run([UTTERANCES])
            print(f"ingested {report.moments} moments in {time.perf_counter() - started:.0f} s")
            finder = Finder(session.index, session.models.embedder(), {})
            for language, query in QUERIES.items():
                (found,) = finder.search([query], limit=10)
                ranks = [rank for rank, each in enumerate(found, start=1)
                         if each.moment.text.startswith(WANTED)]
                print(f"{language}: {query!r} found at rank {ranks[0] if ranks else '> 10'}")
            _latency(finder)


def _latency(finder: Finder) -> None:
    times = []
    for n in range(100):
        window = MomentFilter(windows=(Interval(n * 1_000_000, n * 1_000_000 + 7_200_000),))
        started = time.perf_counter()
        finder.search([f"question number {n} about the fuel cells"], scope=window, limit=10)
        times.append((time.perf_counter() - started) * 1000)
    times.sort()
    print(f"whole search with a two-hour window, embedding included: p50 "
          f"{statistics.median(times):.1f} ms, p95 {times[94]:.1f} ms")
