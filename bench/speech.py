"""Word error rate, cuts, transcript times, and ingest against bare faster-whisper.

Runs on the recordings in ../shared/media.
"""

import csv
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import jiwer

from trikal.media.probe import probe
from trikal.media.shots import watch
from trikal.media.timedtext import read_timed_text
from trikal.serving.models import Models
from trikal.settings import load_settings
from trikal.tools.transcribe import transcribe

MEDIA = Path(__file__).resolve().parents[2] / "shared" / "media"
_SPOKEN = {"mr": "mister", "dataset": "data set"}
JFK = ("And so my fellow Americans, ask not what your country can do for you, ask what you can do "
       "for your country.")


def normalised(text: str) -> str:
    words = re.findall(r"[\w']+", text.lower().replace("-", " ").replace("/", " "))
    return " ".join(_SPOKEN.get(word, word) for word in words)


def references() -> dict[str, list[tuple[Path, str]]]:
    def rows(folder: str) -> list[dict[str, str]]:
        with (MEDIA / folder / "references.tsv").open(encoding="utf-8") as file:
            return list(csv.DictReader(file, delimiter="\t"))

    azure = {Path(row["file"]).name + row["file"].split("/")[0]: row["reference"]
             for row in rows("azure")}
    return {
        "jfk": [(MEDIA / "jfk" / "jfk.flac", JFK)],
        "azure": [
            (MEDIA / "azure" / "testing.wav", azure["audio.wav" "en-US-testing-audio-and-trans"]),
            (MEDIA / "azure" / "training1.wav",
             azure["audio1.wav" "en-US-training-audio-and-trans"]),
        ],
        "austen": [(MEDIA / "austen" / row["file"], row["reference"]) for row in rows("austen")],
    }


def word_error_rates(models: Models) -> None:
    print("\n| recordings | word error rate |\n| --- | --- |")
    for name, pairs in references().items():
        heard = [
            normalised(" ".join(u.text for u in transcribe(path, models.transcriber())))
            for path, _ in pairs
        ]
        rate = jiwer.wer([normalised(reference) for _, reference in pairs], heard)
        print(f"| {name} | {100 * rate:.1f} % |")


def transcript_times(models: Models) -> None:
    path = MEDIA / "nasa" / "nasa_13013.mp4"
    words = [w for u in transcribe(path, models.transcriber()) for w in u.words]
    position = 0
    print("\n| subtitle's first word | subtitle | heard | difference |\n| --- | --- | --- | --- |")
    for cue in read_timed_text(path.with_suffix(".srt")):
        first = normalised(cue.text).split()[0]
        found = next((i for i in range(position, len(words))
                      if normalised(words[i].text) == first), None)
        if found is None:
            print(f"| {first} | {cue.start_ms / 1000:.2f} s | not spoken in the clip | |")
            continue
        position = found + 1
        late = words[found].start_ms - cue.start_ms
        print(f"| {first} | {cue.start_ms / 1000:.2f} s | {words[found].start_ms / 1000:.2f} s | "
              f"{late:+} ms |")


def cuts() -> None:
    print("\n| clip | cuts found |\n| --- | --- |")
    nasa = watch(MEDIA / "nasa" / "nasa_13013.mp4")
    print(f"| nasa | {[shot.start_ms for shot in nasa.shots][1:]} ms (reference 5080, 8080) |")
    expected = json.loads((MEDIA / "cuts" / "expected_scenes.json").read_text())
    print(f"\nexpected_scenes.json: {json.dumps(expected)[:400]}")
    for name in ("testvideo.mp4", "fades.mp4"):
        path = MEDIA / "cuts" / name
        rate = probe(path).video[0].rate
        assert rate is not None
        frames = [round(shot.start_ms * rate / 1000) for shot in watch(path).shots]
        print(f"{name}: starts at frames {frames}")


_BARE = """
import sys, time
started = time.perf_counter()
from faster_whisper import WhisperModel
model = WhisperModel(sys.argv[1], device="cpu", compute_type="int8", cpu_threads=2)
segments, _ = model.transcribe(sys.argv[2], word_timestamps=True)
text = " ".join(segment.text for segment in segments)
print(time.perf_counter() - started)
"""


def against_bare(models: Models) -> None:
    """Whole processes, in turn: bare sequential faster-whisper, and `trikal ingest`."""
    folder = str(models.transcriber().folder)  # type: ignore[attr-defined]
    print("\n| file | bare faster-whisper | whole ingest | ratio |\n| --- | --- | --- | --- |")
    for path in _speech_files():
        bare, ours = [], []
        for _ in range(3):
            bare.append(_wall([sys.executable, "-c", _BARE, folder, str(path)]))
            with tempfile.TemporaryDirectory() as archive:
                ours.append(_wall([str(Path(sys.executable).with_name("trikal")), "ingest",
                                   str(path), "--archive", archive, "--json"]))
        one, other = sorted(bare)[1], sorted(ours)[1]
        print(f"| {path.name} ({probe(path).duration_ms / 1000:.0f} s) | {one:.1f} s | "
              f"{other:.1f} s | {other / one:.2f} |")


def _speech_files() -> list[Path]:
    return [MEDIA / "azure" / "testing.wav", MEDIA / "azure" / "training1.wav",
            *sorted((MEDIA / "hindi").glob("14*.wav"))[:1], MEDIA / "jfk" / "jfk.flac"]


def _wall(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started


def main() -> None:
    with Models(load_settings()) as models:
        word_error_rates(models)
        transcript_times(models)
        cuts()
        against_bare(models)
