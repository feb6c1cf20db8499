"""``trikal talk``: a question that was recorded, answered aloud, by a face if one is given."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from trikal.app.options import ArchiveOption, ForceOption, JsonOption, MediaOption
from trikal.app.output import console, print_json, printable
from trikal.app.presenting import (
    BackgroundOption,
    ConsentOption,
    DrawingOption,
    LabelOption,
    presenter,
    scene,
)
from trikal.app.session import Session, media_ids, open_session
from trikal.errors import BadInput
from trikal.serving.notices import notice
from trikal.settings import Settings, load_settings
from trikal.timecode import format_timecode
from trikal.tools.language_tag import check_language
from trikal.tools.outputs import Anywhere, spared
from trikal.tools.question import LONGEST_S, SpokenQuestion, heard_question
from trikal.tools.recorded import read_recording
from trikal.tools.say import SOUND_SUFFIXES
from trikal.tools.show import FILM_SUFFIXES, Presenter, presenter_of, read_portrait
from trikal.tools.talk import Part, Stage, rehearse, voiced, write_talk
from trikal.tools.verification import without_marks

if TYPE_CHECKING:
    from trikal.app.asking import Asker

app = typer.Typer()


@app.command()
def talk(
    question: Annotated[Path, typer.Argument(help="A recording of the question.")],
    out: Annotated[str | None, typer.Option(
        help="The file to write: .wav, .mp3, .opus or .m4a; .mp4, .mov or .webm with a face. "
             "Captions go beside it.",
        show_default="answer.wav, or answer.mp4 with a face")] = None,
    portrait: Annotated[Path | None, typer.Option(
        help="A picture of one face, seen from the front, that says the answer.")] = None,
    consent: ConsentOption = False,
    drawing: DrawingOption = False,
    label: LabelOption = True,
    background: BackgroundOption = None,
    language: Annotated[str | None, typer.Option(
        help="Language of the question (BCP-47); detected when not given.")] = None,
    session: Annotated[str | None, typer.Option(
        help="Go on with a session of this name, kept in the archive.")] = None,
    force: ForceOption = False,
    archive: ArchiveOption = None,
    media: MediaOption = None,
    json: JsonOption = False,
) -> None:
    """Answer a question that was recorded, aloud, in its language."""
    settings = load_settings(archive=archive)
    check_language(language)
    shown = _shown(portrait, out, settings, consent=consent, drawing=drawing)
    named = out or ("answer.mp4" if shown else "answer.wav")
    spared(Path(named), question)
    stage = _stage(named, shown, label=label, background=background, force=force)
    read_recording(question, longest_s=LONGEST_S)
    with open_session(settings) as opened:
        said = _answered(opened, question, stage, language=language, session=session,
                         media=media or [], quiet=json)
    _report(said, stage, json=json)


@dataclass(frozen=True, kw_only=True)
class _Said:
    """A round trip: what was heard, what was answered, who said it, and where the time went."""

    heard: SpokenQuestion
    reply: dict[str, Any]
    parts: tuple[Part, ...]
    seconds: float
    voice: str
    avatar: str
    timings_ms: dict[str, float]


class _Clock:
    """Tells how long each stretch took."""

    def __init__(self) -> None:
        self.ms: dict[str, float] = {}

    @contextmanager
    def timing(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.ms[name] = round((time.perf_counter() - started) * 1000, 1)


def _shown(
    portrait: Path | None, out: str | None, settings: Settings, *, consent: bool, drawing: bool
) -> Presenter | None:
    """Return whose face is wanted: the portrait's, or for a film that of the settings."""
    if portrait is not None:
        return presenter(portrait, consent=consent, drawing=drawing)
    if consent or drawing:
        raise BadInput("--consent and --drawing tell of a portrait. Give one with --portrait.")
    if out is None or Path(out).suffix.lower() not in FILM_SUFFIXES:
        return None
    if settings.portrait is None:
        raise BadInput(f"{out} is a film, which needs a face. Give one with --portrait, or name a "
                       "file of sound like answer.wav.")
    return presenter_of(settings)


def _stage(
    named: str, shown: Presenter | None, *, label: bool, background: str | None, force: bool
) -> Stage:
    places = Anywhere(force=force)
    target = places.place(named, FILM_SUFFIXES if shown else SOUND_SUFFIXES)
    captions = places.place(str(target.with_suffix(".vtt")), (".vtt",))
    if shown is None:
        if background is not None:
            raise BadInput("--background is what stands behind a face. Give one with --portrait.")
        return Stage(target=target, captions=captions, force=force)
    picture = read_portrait(shown)
    return Stage(target=target, captions=captions, labelled=label, portrait=picture,
                 scene=scene(background, shown, picture, target), force=force)


def _answered(
    opened: Session, question: Path, stage: Stage, *, language: str | None, session: str | None,
    media: list[str], quiet: bool,
) -> _Said:
    clock, models = _Clock(), opened.models
    scope = media_ids(opened.archive, media)
    outside = opened.settings.avatar_url or opened.settings.avatar_command
    if stage.portrait is not None and not outside:  # others take minutes for a single picture
        rehearse(stage.portrait, models.avatar())
    with clock.timing("listen"):
        heard = heard_question(question, models.transcriber(language), language=language)
    if heard.missing:
        notice(f"{question}: {heard.missing}")
    if heard.doubt:
        notice(f"{heard.doubt}; it is taken to be {heard.likeliest}")
    if not quiet:
        console.print(f"[bold cyan]? {escape(heard.text)}[/bold cyan] "
                      f"[dim]({heard.language})[/dim]")
    models.expect(heard.text)
    with clock.timing("answer"), _asker(opened, session) as asker:
        events = asker.events(heard.text, scope, asked_in=heard.likeliest)
        reply = _last(events) if quiet else asker.show(events)
    parts = _parts(reply)
    with clock.timing("speak"):
        sound, voice = voiced(parts, models)
    with clock.timing("write"):
        avatar = write_talk(sound, stage, models, voice=voice, notes=_notes(reply))
    return _Said(heard=heard, reply=reply, parts=parts, seconds=sound.duration_ms / 1000,
                 voice=voice, avatar=avatar, timings_ms=clock.ms)


@contextmanager
def _asker(opened: Session, session: str | None) -> "Iterator[Asker]":
    """Give what asks; nobody can be asked back, so that the likeliest is taken and told."""
    # Imported here because LangGraph takes a second, which only a question should pay.
    from trikal.app.asking import Asker
    from trikal.graph.sessions import open_sessions, saved_session

    resources = opened.resources()
    # The answer is said here in any case: once is enough.
    silent = replace(resources, memories=lambda: replace(resources.memories(), aloud=False))
    if session is None:
        yield Asker(silent)
        return
    with open_sessions(opened.settings, opened.archive.sessions_path) as saver:
        asker = Asker(silent, checkpointer=saver, session=session)
        saved = saved_session(saver, session)
        if saved and saved.unfinished:
            notice(f"the question that the session was left with is answered first: "
                   f"{saved.unfinished}")
            _last(asker.resume())
        yield asker


def _last(events: Iterator[dict[str, Any]]) -> dict[str, Any]:
    *_, last = events
    reply: dict[str, Any] = last["reply"]
    return reply


def _parts(reply: dict[str, Any]) -> tuple[Part, ...]:
    """Return what is said: the answer, and before it that it is in English, where it had not to be.

    What was taken where the question can be meant in several ways is shown, not said.
    """
    from trikal.graph.tongues import own_words, said_so

    answer, language, plan = reply["answer"], reply["language"], reply["plan"]
    lead = said_so(answer, language, plan)
    parts = [Part(lead, own_words(plan))] if lead else []
    return (*parts, Part(without_marks(answer), language))


def _notes(reply: dict[str, Any]) -> list[str]:
    """Return the moments that prove the answer, for who opens the captions."""
    return [f"[{each['n']}] {Path(each['path']).name} {format_timecode(each['start_ms'])}–"
            f"{format_timecode(each['end_ms'])}" for each in reply["citations"]]


def _report(said: _Said, stage: Stage, *, json: bool) -> None:
    if json:
        from trikal.app.commands.ask import as_json

        print_json({**as_json(said.reply), "question": asdict(said.heard),
                    "language": said.reply["language"], "doubts": said.reply["doubts"],
                    "said": [each._asdict() for each in said.parts], "path": str(stage.target),
                    "captions": str(stage.captions), "seconds": round(said.seconds, 3),
                    "voice": said.voice, "avatar": said.avatar or None,
                    "timings_ms": said.timings_ms})
        return
    shown = f", shown by {said.avatar}" if said.avatar else ""
    told = (f"{stage.target}: {said.seconds:.1f} s, synthetic, spoken by {said.voice}{shown}; "
            f"captions in {stage.captions}")
    console.print(printable(told), markup=False)
