"""Hindi and Malayalam by whisper-base: Trikal's pipeline against bare faster-whisper, same run.

Counted: character error rate (Malayalam; the Hindi pieces have no reference), whether the
language is right or alarmed, and loops that are kept. What was heard is cached by file;
``python -m bench languages SECONDS`` stops listening after so many seconds and tells of the rest.
"""

import csv
import json
import sys
import time
from pathlib import Path
from typing import Any

import jiwer

from trikal.serving.models import Models
from trikal.serving.repetition import TOO_REPETITIVE, compression, loops
from trikal.settings import load_settings
from trikal.tools.language_alarm import alarmed
from trikal.tools.phantoms import SAME_AGAIN
from trikal.tools.transcribe import transcribe

MEDIA = Path(__file__).resolve().parents[2] / "shared" / "media"
CACHE = Path(__file__).resolve().parents[1] / "build" / "languages"


def recordings() -> list[tuple[Path, str, str | None]]:
    hindi = [(path, "hi", None) for path in sorted((MEDIA / "hindi").glob("*.wav"))]
    with (MEDIA / "malayalam" / "references.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [*hindi, *((MEDIA / "malayalam" / row["file"], "ml", row["reference"])
                      for row in rows)]


def bare(path: Path, models: Models) -> dict[str, Any]:
    from faster_whisper import WhisperModel

    global _bare
    if _bare is None:
        folder = str(models.transcriber().folder)  # type: ignore[attr-defined]
        _bare = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=2)
    segments, info = _bare.transcribe(str(path))
    texts = [segment.text.strip() for segment in segments]
    return {"languages": [info.language] * len(texts), "texts": texts,
            "alarms": [False] * len(texts)}


_bare: Any = None


def whole(path: Path, models: Models) -> dict[str, Any]:
    found = alarmed(list(transcribe(path, models.transcriber())))
    return {"languages": [each.language for each in found.utterances],
            "texts": [each.text for each in found.utterances],
            "alarms": [doubt is not None for doubt in found.doubts]}


def heard(path: Path, models: Models) -> dict[str, dict[str, Any]]:
    cached = CACHE / f"{path.stem}.json"
    if not cached.exists():
        found = {"bare": bare(path, models), "trikal": whole(path, models)}
        CACHE.mkdir(parents=True, exist_ok=True)
        cached.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    return dict(json.loads(cached.read_text(encoding="utf-8")))


def line(name: str, results: list[tuple[str, str | None, dict[str, Any]]]) -> str:
    """Count what one way of listening did with recordings: language, reference, heard."""
    right = sum(set(found["languages"]) <= {language} for language, _, found in results)
    warned = sum(all(said == language or alarm for said, alarm in
                     zip(found["languages"], found["alarms"], strict=True))
                 for language, _, found in results)
    known = [(wanted, " ".join(found["texts"])) for _, wanted, found in results if wanted]
    rate = (f"{100 * jiwer.cer([one for one, _ in known], [other for _, other in known]):.1f} %"
            if known else "no reference")
    silent = sum(not found["texts"] for _, _, found in results)
    kept = sum(_loops(found["texts"]) for _, _, found in results)
    return (f"| {name} | {len(results)} | {rate} | {right} | {warned} "
            f"({100 * warned / len(results):.0f} %) | {kept} | {silent} |")


def _loops(texts: list[str]) -> int:
    same = sum(len(set(texts[place: place + SAME_AGAIN])) == 1
               for place in range(len(texts) - SAME_AGAIN + 1))
    return same + sum(bool(loops(text)) or compression(text) > TOO_REPETITIVE for text in texts)


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 300.0
    started, done = time.monotonic(), []
    with Models(load_settings()) as models:
        for path, language, wanted in recordings():
            if time.monotonic() - started < seconds or (CACHE / f"{path.stem}.json").exists():
                done.append((language, wanted, heard(path, models)))
    print(f"{len(done)} of {len(recordings())} recordings\n\n| listening | recordings | CER | "
          "language right | right or alarmed | loops kept | nothing heard |\n"
          "| --- | --- | --- | --- | --- | --- | --- |")
    for tag in ("hi", "ml"):
        of_tag = [each for each in done if each[0] == tag]
        for way in ("bare", "trikal") if of_tag else ():
            print(line(f"{tag}, {way}", [(language, wanted, found[way])
                                         for language, wanted, found in of_tag]))
