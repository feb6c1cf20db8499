"""Which sentences of a draft are kept: by code, and by the model only where code cannot tell.

Code refuses every figure, name and quotation that the evidence does not have. What it cannot tell
is whether other words say the same: a sentence that cites evidence and shares some of its words,
but too few, is shown to the chat model with that evidence. The model is believed only if it does
not say the same of a text that has nothing to do with it.
"""

import logging
import re
from collections.abc import Sequence
from typing import Final

from trikal.errors import ModelError
from trikal.graph.context import Resources
from trikal.graph.evidence import EvidenceItem
from trikal.graph.phrases import ENGLISH
from trikal.graph.state import AgentState
from trikal.graph.weighing.model_check import FOLLOWS, tells
from trikal.graph.weighing.promising import promising
from trikal.indexes.rules import language_of
from trikal.tools.counting import counted_thing, counts
from trikal.tools.kinds import could_answer
from trikal.tools.stems import content_stems, content_words, stems
from trikal.tools.verification import (
    Verdict,
    carried_share,
    citing,
    foreign,
    only_asks,
    quotable,
    sentences,
    verify_sentence,
)
from trikal.writing import main_letters

_log = logging.getLogger(__name__)
_LEAST_SHARED: Final = 0.4
_MOST_CHECKED: Final = 2
_TELLING: Final = 2
_LONG: Final = 5
"""Reports of so many sentences tell of several things."""

_HALF: Final = 0.5
_MARK: Final = re.compile(r"\[\d+\]")


def verified(state: AgentState, resources: Resources) -> list[Verdict]:
    """Return what becomes of each sentence of the draft, in order."""
    question = state["question"]
    evidence = promising(question, state["evidence"])  # what the model was shown
    verdicts = []
    left = _MOST_CHECKED if not resources.limits.over(state.get("spent")) else 0
    for sentence in sentences(state.get("draft", "")):
        verdict = verify_sentence(sentence, evidence, question)
        claim, cited = citing(sentence, evidence)
        if not verdict.text and left and _is_open(claim, cited, question):
            left -= 1
            verdict = _checked(claim, cited, resources) or verdict
        verdicts.append(verdict)
    told = _counting(_without_echoes(verdicts), evidence, question)
    return _to_the_point(told, evidence, question)


def _without_echoes(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Leave out what says a single word ("Roger.") beside sentences that say more."""
    telling = any(_words(each) >= _TELLING for each in verdicts)
    return [_left_out(each, "says too little") if telling and each.text
            and _words(each) < _TELLING else each
            for each in verdicts]


def _words(verdict: Verdict) -> int:
    return len(content_words(_MARK.sub("", verdict.text)))


def _left_out(verdict: Verdict, why: str) -> Verdict:
    return Verdict(text="", removed=(*verdict.removed, f"“{verdict.text}”: {why}"))


def _counting(
    verdicts: Sequence[Verdict], evidence: Sequence[EvidenceItem], question: str
) -> list[Verdict]:
    """Leave an answer to "how many people" out that has no number of people, if evidence has."""
    kept = " ".join(verdict.text for verdict in verdicts)
    thing = counted_thing(question)
    if not kept or not thing or counts(kept, thing):
        return list(verdicts)
    if not any(counts(item["text"], thing) for item in evidence):
        return list(verdicts)
    why = f"does not tell how many {thing}"
    return [_left_out(each, why) if each.text else each for each in verdicts]


def _is_open(claim: str, cited: Sequence[EvidenceItem], question: str) -> bool:
    """Tell whether code can neither prove a claim nor find anything in it that is not there."""
    texts = [item["text"] for item in cited]
    said = [quotable(item) for item in cited]
    new = set(content_stems(claim)) - stems(question)
    return (bool(texts) and bool(new) and not only_asks(claim)
            and foreign(claim, texts, question, said=said) is None
            and carried_share(claim, [*texts, question]) >= _LEAST_SHARED
            and carried_share(claim, texts) > 0.0)


def _checked(
    claim: str, cited: Sequence[EvidenceItem], resources: Resources
) -> Verdict | None:
    try:
        if not tells(FOLLOWS, claim, " ".join(item["text"] for item in cited), resources.chat()):
            return None
    except ModelError as exc:
        _log.warning("verified without the chat model: %s", exc)
        return None
    numbers = tuple(item["n"] for item in cited)
    return Verdict(text=f"{claim} {''.join(f'[{n}]' for n in numbers)}", cited=numbers)


def _to_the_point(
    verdicts: Sequence[Verdict], evidence: Sequence[EvidenceItem], question: str
) -> list[Verdict]:
    """Leave out an answer in English that is true and answers something else.

    It has nothing of the kind that is asked for, where evidence has; or it shares no word with the
    question, where what it cites does: of a long report a small model retells any sentence. What
    is left out is quoted whole instead.
    """
    kept = " ".join(verdict.text for verdict in verdicts)
    if not kept or language_of(question) != ENGLISH or main_letters(kept) != main_letters(question):
        return list(verdicts)
    told, texts = _MARK.sub("", kept), [item["text"] for item in evidence]
    why = ""
    if not could_answer(question, told) and any(could_answer(question, each) for each in texts):
        why = "does not tell what is asked for"
    cited = {n for verdict in verdicts for n in verdict.cited}
    carriers = [item["text"] for item in evidence if item["n"] in cited]
    if carried_share(question, [told]) == 0.0 < carried_share(question, carriers):
        why = "shares no word with the question"
    return [_left_out(each, why or apart) if each.text and (
        why or (apart := _told_elsewhere(each, evidence, question))) else each
        for each in verdicts]


def _told_elsewhere(
    verdict: Verdict, evidence: Sequence[EvidenceItem], question: str
) -> str:
    """Say why a claim tells what stands elsewhere in a long report than what is asked about.

    "The band that will no longer perform is the Astros": of the news that were read up, the Astros
    are in the first sentence and the band in the ninth.
    """
    cited = [item["text"] for item in evidence if item["n"] in verdict.cited]
    parts = list(sentences(" ".join(cited[0].split()))) if len(cited) == 1 else []
    new = set(content_stems(_MARK.sub("", verdict.text))) - stems(question)
    if len(parts) < _LONG or not new:
        return ""
    shares = [carried_share(question, [part]) for part in parts]
    n = shares.index(max(shares))
    near = stems(" ".join(parts[max(n - 1, 0):n + 2]))
    return "" if len(new & near) >= _HALF * len(new) else (
        "stands elsewhere in its evidence than what is asked about")
