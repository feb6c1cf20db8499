"""Questions whose gold is true by construction, from any timed transcript."""

import json
import random
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.temporal import anchored, clock, mentions, nested
from bench.temporal.anchors import HALVES, Anchors, Form, Half
from bench.temporal.drafts import Draft, Drawer, Unlucky
from bench.temporal.render import fits, rendered
from bench.temporal.transcript import Transcript

DRAFTS: Mapping[str, Callable[[Drawer], Draft]] = {
    **clock.DRAFTS, **anchored.DRAFTS, **mentions.DRAFTS, **nested.DRAFTS,
}
"""Every relation, and what drafts its questions."""

PARAPHRASED = ("before", "after", "right before", "right after", "between", "within",
               "within after", "within before", "from on", "speaker next", "speaker window")
"""Relations whose anchors may be told in other words."""

_TRIES = 400
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


def generate(
    transcript: Transcript, paraphrases: Mapping[str, str], *, per_relation: int = 26,
    seed: int = 1, is_whole: bool = False,
) -> list[Question]:
    """Make questions; the same for the same transcript and seed.

    Args:
        transcript: What to ask about.
        paraphrases: Texts of utterances in other words; none for quoted anchors only.
        per_relation: How many questions for each relation, half and kind of anchor; fewer where
            the transcript has no more.
        seed: Seed of chance.
        is_whole: Each half has all the paraphrases: only one of them may be asked then.
    """
    anchors = {half: Anchors(transcript, half, paraphrases, is_whole=is_whole) for half in HALVES}
    return [question for half in HALVES
            for relation, form in _kinds(paraphrased=bool(paraphrases))
            for question in _of_kind(transcript, anchors[half], half, relation, form,
                                     per_relation, seed)]


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
    seed: int,
) -> list[Question]:
    # A relation's questions do not change when another relation is added.
    rng = random.Random(f"{seed} {half} {relation} {form}")
    draw = Drawer(transcript, anchors, form, rng)
    tables = wordings(half)[relation]
    turns = {name: _endless(table, rng) for name, table in tables.items()}
    made: dict[str, Question] = {}
    for _ in range(_TRIES * wanted):
        if len(made) == wanted:
            break
        try:
            draft = DRAFTS[relation](draw)
        except Unlucky:
            continue
        if form == "paraphrased" and not draft.anchors:
            continue
        turn = (next(turns[draft.form]) for _ in tables[draft.form])
        wording = next((each for each in turn if fits(each, draft.anchors)), None)
        if wording is None:
            continue
        text = rendered(wording, rng, anchors=draft.anchors, phrases=draft.phrases,
                        times=draft.times, plain=draft.plain)
        name = f"{half}-{relation.replace(' ', '_')}-{form[0]}{len(made):03d}"
        made.setdefault(text, _question(name, relation, half, form, text, transcript, draft))
    return list(made.values())


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
                      "end_ms": transcript.spans[anchor.at].end_ms, "words": anchor.words}
              for blank, anchor in draft.anchors.items()}
    return Question(id=name, relation=relation, half=half, anchors=form, question=text,
                    media=transcript.media, gold=gold, value=draft.value,
                    given={**events, **draft.phrases, **draft.times, **draft.plain,
                           "form": draft.form})
