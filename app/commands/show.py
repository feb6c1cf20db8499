"""``trikal show``: a portrait says a text, or what was recorded, in a film."""

from pathlib import Path
from typing import Annotated

import typer

from trikal.app.options import ForceOption, JsonOption
from trikal.app.output import console, print_json, printable
from trikal.app.presenting import (
    BackgroundOption,
    ConsentOption,
    DrawingOption,
    LabelOption,
    presenter,
    scene,
)
from trikal.errors import BadInput, ModelUnavailable
from trikal.media.probe import probe
from trikal.serving.models import Models
from trikal.serving.notices import notice
from trikal.serving.roles import Sound
from trikal.settings import load_settings
from trikal.tools.language_tag import check_language
from trikal.tools.mouthing import with_known_words, with_phones
from trikal.tools.outputs import Anywhere, spared, written
from trikal.tools.recorded import check_length, read_recording
from trikal.tools.say import check_text
from trikal.tools.say import speech as said
from trikal.tools.show import FILM_SUFFIXES, read_portrait, write_show
from trikal.tools.unheard import unheard
from trikal.writing import language_of

app = typer.Typer()


@app.command()
def show(
    portrait: Annotated[Path, typer.Argument(help="A picture of one face, seen from the front.")],
    text: Annotated[str | None, typer.Option(
        help="What the face is to say; with --speech, what is said there, where that is known.")
    ] = None,
    speech: Annotated[Path | None, typer.Option(
        help="A recording that it is to say; its words are heard where no text tells them.")
    ] = None,
    language: Annotated[str | None, typer.Option(
        help="Language of the text (BCP-47), English when not given; of a recording it is detected."
    )] = None,
    out: Annotated[str, typer.Option(help="The film to write: .mp4, .mov or .webm.")] = "talk.mp4",
    consent: ConsentOption = False,
    drawing: DrawingOption = False,
    label: LabelOption = True,
    background: BackgroundOption = None,
    force: ForceOption = False,
    json: JsonOption = False,
) -> None:
    """Let the face on a portrait say something."""
    shown = presenter(portrait, consent=consent, drawing=drawing)
    if text is None and speech is None:
        raise BadInput("Say what is to be said, with --text, or with a recording by --speech.")
    picture = read_portrait(shown)
    if speech is not None:
        spared(Path(out), speech)
    target = Anywhere(force=force).place(out, FILM_SUFFIXES)
    behind = scene(background, shown, picture, target)
    with Models(load_settings()) as models:
        sound = _recorded(speech, text, language, models) if speech else _voiced(
            text or "", language or "en", models)
        avatar = models.avatar()
        with written(target, force=force) as part:
            write_show(avatar, picture, sound, part, labelled=label, scene=behind)
        name = avatar.name
    seconds = sound.duration_ms / 1000
    if json:
        print_json({"path": str(target), "seconds": round(seconds, 3), "avatar": name,
                    "labelled": label})
    else:
        console.print(printable(f"{target}: {seconds:.1f} s, synthetic, shown by {name}"),
                      markup=False)


def _recorded(speech: Path, text: str | None, language: str | None, models: Models) -> Sound:
    check_language(language)
    if text is not None:
        check_text(text)
    recording = read_recording(speech)
    if missing := unheard(speech, probe(speech)):
        notice(f"{speech}: {missing}")
    if text is not None:
        return with_known_words(recording.sound, text, language or language_of(text, "en"))
    try:
        transcriber = models.transcriber(language)
    except ModelUnavailable as exc:
        notice(f"the mouth follows the loudness alone: {exc}")
        return recording.sound
    return with_phones(recording, speech, transcriber, language=language)


def _voiced(text: str, language: str, models: Models) -> Sound:
    check_text(text)
    check_language(language)
    sound = said(text, models.voice(language), language, others=models.voice)
    check_length(sound)
    return sound
