"""Questions whose gold is true by construction, from any timed transcript."""

import json
import random
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from bench.temporal import anchored, clock, mentions, nested
from bench.temporal.anchors import HALVES, Anchors, Event, Form, Half, Mention
from bench.temporal.drafts import Draft, Drawer, Unlucky
from bench.temporal.render import Namings, fits, rendered
from bench.temporal.transcript import Transcript

DRAFTS: Mapping[str, Callable[[Drawer], Draft]] = {
    **clock.DRAFTS, **anchored.DRAFTS, **mentions.DRAFTS, **nested.DRAFTS,
}
"""Every relation, and what drafts its questions."""

PARAPHRASED = ("before", "after", "right before", "right after", "between", "within",
               "within after", "within before", "from on", "speaker next", "speaker window")
"""Relations whose anchors may be told in other words."""

NEIGHBOURS = ("right before", "right after", "speaker next")
"""Relations that want the very neighbour of their event, where each event tells most."""

_TRIES = 400
_TRIES_EACH = 40
_HERE = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question of the benchmark.

    Attributes:
        id: Unique within a run.
        relation: What it asks about time.
        half: Which half: wordings, anchors and paraphrases of one are not in the other.
        anchors: Whether its events are quoted or told in other words.
        question: As somebody types it.
        media: The medium's file name.
        gold: Spans that answer it, in ms.
        value: The number that answers it, if one does: a count, or ms.
        given: What it was made from, for a check and for people.
    """

    id: str
    relation: str
    half: Half
    anchors: Form
    question: str
    media: str
    gold: list[tuple[int, int]]
    value: int | None = None
    given: dict[str, Any] = field(default_factory=dict)


def wordings(half: Half) -> dict[str, dict[str, list[str]]]:
    """Read a half's wordings: by relation, then by form."""
    tables = tomllib.loads((_HERE / f"wordings_{half}.toml").read_text(encoding="utf-8"))
    return {name: table if isinstance(table, dict) else {"": table}
            for name, table in tables.items()}


@cache
def namings(half: Half) -> Namings:
    """Read how a half names one of several utterances with the same words."""
    return tomllib.loads((_HERE / f"mentions_{half}.toml").read_text(encoding="utf-8"))


def generate(
    transcript: Transcript, paraphrases: Mapping[str, str], *, per_relation: int = 26,
    seed: int = 1, is_whole: bool = False, every_told: bool = False,
) -> list[Question]:
    """Make questions; the same for the same transcript and seed.

    Args:
        transcript: What to ask about.
        paraphrases: Texts of utterances in other words; none for quoted anchors only.
        per_relation: How many questions for each relation, half and kind of anchor; fewer where
            the transcript has no more.
        seed: Seed of chance.
        is_whole: Each half has all the paraphrases: only one of them may be asked then.
        every_told: Ask of every event that is told in other words what its neighbours are, however
            many that is.
    """
    anchors = {half: Anchors(transcript, half, paraphrases, is_whole=is_whole) for half in HALVES}
    return [question for half in HALVES
            for relation, form in _kinds(paraphrased=bool(paraphrases))
            for question in _of_kind(transcript, anchors[half], half, relation, form,
                                     per_relation, seed, every_told=every_told)]


def write(questions: Iterable[Question], path: Path) -> None:
    """Write questions as JSON lines."""
    lines = (json.dumps({k: v for k, v in asdict(q).items() if v is not None}, ensure_ascii=False)
             for q in questions)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _kinds(*, paraphrased: bool) -> Iterator[tuple[str, Form]]:
    for relation in DRAFTS:
        yield relation, "quoted"
        if paraphrased and relation in PARAPHRASED:
            yield relation, "paraphrased"


def _of_kind(
    transcript: Transcript, anchors: Anchors, half: Half, relation: str, form: Form, wanted: int,
    seed: int, *, every_told: bool,
) -> list[Question]:
    # A relation's questions do not change when another relation is added.
    rng = random.Random(f"{seed} {half} {relation} {form}")
    is_each = every_told and form == "paraphrased" and relation in NEIGHBOURS
    drafts = (_of_each if is_each else _drawn)(transcript, anchors, form, relation, rng)
    tables = wordings(half)[relation]
    turns = {name: _endless(table, rng) for name, table in tables.items()}
    made: dict[str, Question] = {}
    for draft in drafts if is_each else islice(drafts, _TRIES * wanted):
        if len(made) == wanted and not is_each:
            break
        if draft is None:
            continue
        if form == "paraphrased" and not draft.anchors:
            continue
        turn = (next(turns[draft.form]) for _ in tables[draft.form])
        wording = next((each for each in turn if fits(each, draft.anchors)), None)
        if wording is None:
            continue
        text = rendered(wording, rng, anchors=draft.anchors, phrases=draft.phrases,
                        times=draft.times, plain=draft.plain, mentions=namings(half))
        name = f"{half}-{relation.replace(' ', '_')}-{form[0]}{len(made):03d}"
        made.setdefault(text, _question(name, relation, half, form, text, transcript, draft))
    return list(made.values())


def _drawn(
    transcript: Transcript, anchors: Anchors, form: Form, relation: str, rng: random.Random
) -> Iterator[Draft | None]:
    """Draft a relation's questions without end; ``None`` for what was drawn in vain."""
    draw = Drawer(transcript, anchors, form, rng)
    while True:
        yield _tried(draw, relation)


def _of_each(
    transcript: Transcript, anchors: Anchors, form: Form, relation: str, rng: random.Random
) -> Iterator[Draft | None]:
    """Draft one question of every anchor, if it makes one."""
    for anchor in anchors.all(form):
        draw = Drawer(transcript, anchors, form, rng, only=anchor)
        tried = (_tried(draw, relation) for _ in range(_TRIES_EACH))
        yield next(filter(None, tried), None)


def _tried(draw: Drawer, relation: str) -> Draft | None:
    try:
        return DRAFTS[relation](draw)
    except Unlucky:
        return None


def _endless(table: list[str], rng: random.Random) -> Iterator[str]:
    """Yield wordings in turn, so that all are used equally often."""
    order = rng.sample(table, len(table))
    while True:
        yield from order


def _question(
    name: str, relation: str, half: Half, form: Form, text: str, transcript: Transcript,
    draft: Draft,
) -> Question:
    gold = [(span.start_ms, span.end_ms) for span in (transcript.spans[n] for n in draft.gold)]
    events = {blank: {"text": transcript.cues[anchor.at].text,
                      "start_ms": transcript.spans[anchor.at].start_ms,
                      "end_ms": transcript.spans[anchor.at].end_ms, "words": anchor.words,
                      **_told_by(anchor)}
              for blank, anchor in draft.anchors.items()}
    return Question(id=name, relation=relation, half=half, anchors=form, question=text,
                    media=transcript.media, gold=gold, value=draft.value,
                    given={**events, **draft.phrases, **draft.times, **draft.plain,
                           "form": draft.form})


def _told_by(event: Event) -> dict[str, str]:
    """Return what tells an event from others with the same words."""
    if not isinstance(event, Mention):
        return {}
    return {"which": event.which, "speaker": event.speaker}
