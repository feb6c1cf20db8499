"""Hindi and Malayalam by whisper-base: Trikal's pipeline against bare faster-whisper, same run.

Counted: character error rate (Malayalam, and Hindi that espeak-ng says; the recorded Hindi has no
reference), whether the language is right or alarmed, and loops that are kept. Whisper-base writes
most Malayalam in other scripts, so that the plain rate is near 100 % for all; the rate in Latin
letters tells what was heard. What was heard is cached by file; ``python -m bench languages
SECONDS`` stops listening after so many seconds and tells of the rest.
"""

import csv
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jiwer
import numpy as np
from anyascii import anyascii

from trikal.media.audio import write_wav
from trikal.serving.backends.espeak import Espeak
from trikal.serving.models import Models
from trikal.serving.repetition import TOO_REPETITIVE, compression, loops
from trikal.settings import load_settings
from trikal.tools.language_alarm import DOUBTED_CONFIDENCE, alarmed
from trikal.tools.phantoms import SAME_AGAIN
from trikal.tools.transcribe import transcribe
from trikal.writing import own_share

MEDIA = Path(__file__).resolve().parents[2] / "shared" / "media"
CACHE = Path(__file__).resolve().parents[1] / "build" / "languages"


Recording = tuple[str, Path, str, str | None]
"""The set that a recording is of, its file, its language, and what is said where that is known."""


def recordings() -> list[Recording]:
    hindi = [("hi", path, "hi", None) for path in sorted((MEDIA / "hindi").glob("*.wav"))]
    with (MEDIA / "malayalam" / "references.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [*hindi, *(("hi by espeak-ng", path, "hi", text) for path, text in said()),
            *(("ml", MEDIA / "malayalam" / row["file"], "ml", row["reference"])
              for row in sorted(rows, key=lambda row: row["file"]))]


def said() -> list[tuple[Path, str]]:
    """Let espeak-ng say Hindi into files, and return them with their words."""
    voice = Espeak("espeak", languages=("hi",))
    CACHE.mkdir(parents=True, exist_ok=True)
    pairs = [(CACHE / f"said-{n:02}.wav", text) for n, text in enumerate(SENTENCES, start=1)]
    for path, text in pairs:
        sounds = list(voice.speak(text, language="hi"))
        write_wav(path, np.concatenate([each.samples for each in sounds]), sounds[0].sample_rate)
    return pairs


SEEDS = (0, 1, 2)
"""Bare is asked so often where it draws at random: what it hears there differs from run to run."""


def bare(path: Path, models: Models) -> dict[str, Any]:
    """Hear a recording by bare faster-whisper; what it hears with other seeds is told besides."""
    folder = str(models.transcriber().folder)  # type: ignore[attr-defined]
    runs: list[dict[str, Any]] = []
    for seed in SEEDS:
        runs.append(_bare(folder, path, seed))
        if not runs[0]["drawn"]:
            break
    return {**runs[0], "otherwise": [each["texts"] for each in runs[1:]]}


def _bare(folder: str, path: Path, seed: int) -> dict[str, Any]:
    import ctranslate2
    from faster_whisper import WhisperModel

    ctranslate2.set_random_seed(seed)  # which an engine takes only when it first draws
    engine = WhisperModel(folder, device="cpu", compute_type="int8",
                          cpu_threads=load_settings().threads or 2)
    started = time.monotonic()
    found, info = engine.transcribe(str(path))
    segments = list(found)
    texts = [segment.text.strip() for segment in segments]
    return {"languages": [info.language] * len(texts), "texts": texts,
            "alarms": [False] * len(texts), "seconds": time.monotonic() - started,
            "drawn": any(segment.temperature for segment in segments)}


def whole(path: Path, models: Models) -> dict[str, Any]:
    found = alarmed(list(transcribe(path, models.transcriber())))
    return {"languages": [each.language for each in found.utterances],
            "texts": [each.text for each in found.utterances],
            "alarms": [doubt is not None for doubt in found.doubts],
            "sure": [each.language_probability for each in found.utterances],
            "confidence": [each.confidence for each in found.utterances]}


WAYS: dict[str, Callable[[Path, Models], dict[str, Any]]] = {"bare": bare, "trikal": whole}


def heard(way: str, path: Path, models: Models) -> dict[str, Any]:
    cached = CACHE / f"{path.stem}.{way}.json"
    if not cached.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        started = time.monotonic()
        found = WAYS[way](path, models)
        found.setdefault("seconds", time.monotonic() - started)
        cached.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    return dict(json.loads(cached.read_text(encoding="utf-8")))


def is_heard(path: Path) -> bool:
    return all((CACHE / f"{path.stem}.{way}.json").exists() for way in WAYS)


HALVES = {"what rules were chosen on": slice(0, None, 2), "the other half": slice(1, None, 2),
          "all": slice(None)}
"""The Malayalam recordings, every second by name, and all of them."""

Result = tuple[str, str | None, dict[str, Any]]
"""The language of a recording, what is said in it where that is known, and what was heard."""


def line(name: str, results: list[Result]) -> str:
    """Count what one way of listening did with recordings."""
    right = sum(set(found["languages"]) <= {language} for language, _, found in results)
    warned = sum(is_right_or_alarmed(language, found) for language, _, found in results)
    silent = sum(not found["texts"] for _, _, found in results)
    kept = sum(_loops(found["texts"]) for _, _, found in results)
    return (f"| {name} | {len(results)} | {rate(results, str)} | {rate(results, latin)} "
            f"| {right} | "
            f"{warned} ({100 * warned / len(results):.0f} %) | {kept} | {silent} |")


def is_right_or_alarmed(language: str, found: dict[str, Any]) -> bool:
    return all(said == language or alarm for said, alarm in
               zip(found["languages"], found["alarms"], strict=True))


def rate(results: list[Result], written: Callable[[str], str]) -> str:
    """Give the character error rate of texts, written in some way."""
    known = [(written(wanted), written(" ".join(found["texts"])))
             for _, wanted, found in results if wanted]
    if not known:
        return "no reference"
    return f"{100 * jiwer.cer([one for one, _ in known], [other for _, other in known]):.1f} %"


def latin(text: str) -> str:
    """Write a text in plain Latin letters, so that a wrong script hides nothing that was heard."""
    return "".join(letter for letter in anyascii(text).lower() if letter.isalpha())


def by_file(results: dict[str, list[Result]]) -> str:
    """Count the recordings on which Trikal has fewer, as many or more errors than bare.

    Last come those on which it has more than bare with any of its seeds.
    """
    rows = [f"| {name} | {_compared(results, written)} |"
            for name, written in (("CER", str), ("CER in Latin letters", latin))]
    seconds = {way: sum(found["seconds"] for *_, found in results[way]) for way in WAYS}
    spent = " | ".join(f"{seconds[way]:.0f}" for way in WAYS)
    return "\n".join((*rows, f"| seconds | {spent} | | | | |"))


def _compared(results: dict[str, list[Result]], written: Callable[[str], str]) -> str:
    errors = [_errors(bare, ours, written)
              for bare, ours in zip(*(results[way] for way in WAYS), strict=True) if bare[1]]
    better, worse = (sum(sign * (ours - bare[0]) > 0 for bare, ours in errors)
                     for sign in (-1, 1))
    beyond = sum(ours > max(bare) for bare, ours in errors)
    return (f"{rate(results['bare'], written)} | {rate(results['trikal'], written)} | {better} | "
            f"{len(errors) - better - worse} | {worse} | {beyond}")


def _errors(
    bare: Result, ours: Result, written: Callable[[str], str]
) -> tuple[list[float], float]:
    """Return the character error rates of bare, by its seeds, and of Trikal."""
    wanted = written(bare[1] or "")
    texts = [bare[2]["texts"], *bare[2]["otherwise"], ours[2]["texts"]]
    *others, own = (jiwer.cer(wanted, written(" ".join(each))) for each in texts)
    return others, own


def _loops(texts: list[str]) -> int:
    same = sum(len(set(texts[place: place + SAME_AGAIN])) == 1
               for place in range(len(texts) - SAME_AGAIN + 1))
    return same + sum(bool(loops(text)) or compression(text) > TOO_REPETITIVE for text in texts)


SENTENCES = (
    "यह वाक्य बताता है कि मौसम आज अच्छा है।", "कल सुबह दस बजे हमारी बैठक होगी।",
    "दिल्ली भारत की राजधानी है।", "मुझे चाय में चीनी पसंद नहीं है।",
    "पुल के पास एक पुराना बाज़ार है।", "बच्चे मैदान में क्रिकेट खेल रहे हैं।",
    "इस किताब में तीन सौ पन्ने हैं।", "डॉक्टर ने उसे आराम करने को कहा।",
    "नदी का पानी बरसात में बढ़ जाता है।", "सरकार ने नई योजना की घोषणा की।",
)
"""What espeak-ng is given to say in Hindi."""


def espeak(results: list[Result]) -> None:
    """Tell what became of espeak-ng's Hindi, which whisper-base tends to take for another."""
    heard = [found for *_, found in results]
    print("\n| espeak-ng's Hindi, heard by whisper-base | sentences |\n| --- | --- |")
    for name, count in (
        ("heard", sum(bool(found["texts"]) for found in heard)),
        ("taken for another language", sum(set(found["languages"]) - {"hi"} != set()
                                           for found in heard)),
        ("alarmed", sum(any(found["alarms"]) for found in heard)),
        ("stored as truth, though in a wrong language or script", sum(
            any(_is_wrongly_believed(*each) for each in zip(
                found["texts"], found["languages"], found["confidence"], strict=True))
            for found in heard)),
    ):
        print(f"| {name} | {count} of {len(heard)} |")


def _is_wrongly_believed(text: str, language: str, confidence: float) -> bool:
    return confidence > DOUBTED_CONFIDENCE and (language != "hi" or own_share(text, "hi") < 0.5)


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 300.0
    started = time.monotonic()
    done: dict[str, dict[str, list[Result]]] = {}
    with Models(load_settings()) as models:
        for name, path, language, wanted in recordings():
            if time.monotonic() - started < seconds or is_heard(path):
                for way in WAYS:
                    done.setdefault(name, {}).setdefault(way, []).append(
                        (language, wanted, heard(way, path, models)))
    count = sum(len(results["bare"]) for results in done.values())
    print(f"{count} of {len(recordings())} recordings\n\n| listening | recordings | CER | "
          "CER in Latin letters | language right | right or alarmed | loops kept | "
          "nothing heard |\n| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, results in done.items():
        for way in WAYS:
            print(line(f"{name}, {way}", results[way]))
    compared = {f"Malayalam, {name}": {way: results[part] for way, results in done["ml"].items()}
                for name, part in HALVES.items()}
    for name, results in {**compared, "Hindi by espeak-ng": done["hi by espeak-ng"]}.items():
        print(f"\n| {name} | bare | trikal | better on | alike on | worse on | worse than with "
              f"any seed |\n| --- | --- | --- | --- | --- | --- | --- |\n{by_file(results)}")
    espeak(done["hi by espeak-ng"]["trikal"])
