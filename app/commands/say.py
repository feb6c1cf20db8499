"""``trikal say``: a text aloud, into a file or a pipe."""

import struct
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from trikal.app.options import ForceOption, JsonOption
from trikal.app.output import console, print_json, printable
from trikal.errors import BadInput
from trikal.serving.models import Models
from trikal.serving.roles import Sound
from trikal.settings import load_settings
from trikal.tools.language_tag import check_language
from trikal.tools.outputs import Anywhere, written
from trikal.tools.say import (
    SOUND_SUFFIXES,
    TIMING_SUFFIXES,
    check_text,
    load_ahead,
    stream,
    write_sound,
    write_timings,
)

app = typer.Typer()

_PIPE = "-"
_ENDLESS = 0xFFFF_FFFF  # of a WAV whose length is not known yet


@app.command()
def say(
    text: Annotated[str, typer.Argument(help="What to say; - reads it from standard input.")],
    out: Annotated[str, typer.Option(
        help="The file to write: .wav, .mp3, .opus or .m4a; - writes WAV to standard output as it "
             "is made.")] = "said.wav",
    language: Annotated[str, typer.Option(help="Language of the text (BCP-47).")] = "en",
    timings: Annotated[str | None, typer.Option(
        help="Also write when each word is said, into a .vtt or .json file.")] = None,
    force: ForceOption = False,
    json: JsonOption = False,
) -> None:
    """Say a text into a sound file."""
    text = sys.stdin.read() if text == _PIPE else text
    check_text(text)
    check_language(language)
    places = Anywhere(force=force)
    target = None if out == _PIPE else places.place(out, SOUND_SUFFIXES)
    beside = places.place(timings, TIMING_SUFFIXES) if timings else None
    with Models(load_settings()) as models:
        voice = models.voice(language)
        load_ahead(voice)
        sounds = stream(text, voice, language, others=models.voice)
        if target:
            with written(target, force=force) as part:
                sound = write_sound(sounds, part, voice=voice.name)
        else:
            sound = _piped(sounds)
    if beside:
        write_timings(sound, beside, force=force)
    if target:
        _report(target, beside, sound, voice.name, json=json)


def _report(
    target: Path, beside: Path | None, sound: Sound, voice: str, *, json: bool
) -> None:
    seconds = sound.duration_ms / 1000
    if json:
        print_json({"path": str(target), "seconds": round(seconds, 3), "voice": voice,
                    "timings": str(beside) if beside else None})
    else:
        console.print(printable(f"{target}: {seconds:.1f} s, spoken by {voice}"), markup=False)


def _piped(sounds: Iterable[Sound]) -> Sound:
    from trikal.tools.spoken.speaking import joined

    pipe = sys.stdout.buffer
    whole: list[Sound] = []
    try:
        for sound in sounds:
            if not whole:
                pipe.write(_endless_header(sound.sample_rate))
            pipe.write((np.clip(sound.samples, -1, 1) * 32767).astype("<i2").tobytes())
            pipe.flush()
            whole.append(sound)
    except BrokenPipeError as exc:
        raise BadInput("Whoever listened has closed the pipe; nothing more was said.") from exc
    return joined(whole)


def _endless_header(rate: int) -> bytes:
    return (
        b"RIFF" + struct.pack("<I", _ENDLESS) + b"WAVEfmt "
        + struct.pack("<IHHIIHH", 16, 1, 1, rate, rate * 2, 2, 16)
        + b"data" + struct.pack("<I", _ENDLESS)
    )
