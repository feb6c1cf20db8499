"""Node answer: the chat model answers or composes, and only verified sentences are streamed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.language_models import BaseChatModel
from langgraph.config import get_stream_writer
from langgraph.runtime import Runtime

from trikal.errors import AnswerBrokenOff, ModelError, TrikalError
from trikal.graph.collating import text_step
from trikal.graph.composing import composed
from trikal.graph.context import Context, Resources, resources_of
from trikal.graph.evidence import EvidenceItem
from trikal.graph.nodes.timing import Stopwatch
from trikal.graph.phrases import ENGLISH, phrase
from trikal.graph.planning.plans import step_of
from trikal.graph.prompts import answer_messages
from trikal.graph.state import AgentState, TriageItem
from trikal.graph.tongues import (
    draft_language,
    is_english,
    is_same,
    language_name,
    question_language,
    wanted,
)
from trikal.graph.weighing.promising import promising
from trikal.serving.notices import hearing, notice
from trikal.serving.repetition import loops, without_loops
from trikal.serving.triage import Verdict
from trikal.tools.verification import sentences, verify_sentence

_MAX_TOKENS = 120
_MOST_BEGINNINGS = 3


def answer(state: AgentState, runtime: Runtime[Context]) -> dict[str, Any]:
    """Let a chat model write from the evidence; stream each sentence once it is verified."""
    resources = resources_of(runtime)
    over = resources.limits.over(state.get("spent"))
    with Stopwatch("answer") as watch, hearing() as notices:
        if text_step(state["plan"])["do"] == "compose":
            made = _composed(state, resources, by_model=not over)
        elif over:
            made = {"draft": ""}
        else:
            made = _answered(state, resources)
        if over:
            notice(f"the budget of {over[0]} is spent: the evidence is quoted as it stands")
    return {**made, "notices": notices, **watch.update}


def _answered(state: AgentState, resources: Resources) -> dict[str, Any]:
    question = state["question"]
    evidence = promising(question, state["evidence"])
    verdict: Verdict | None = None
    language = wanted(state["plan"])
    written = draft_language(language, evidence, resources)
    told = question_language(question)
    if not is_same(told, ENGLISH) and not resources.writes(told):
        # It would pick evidence by chance: the nearest moment is nearer to an answer.
        if not is_same(language, ENGLISH) and is_english(evidence):
            notice(phrase("in_english", language, language=language_name(language)))
        return {"draft": ""}
    draft = _Draft(question, evidence, "" if is_same(written, told) else language_name(written),
                   shown=is_same(written, language))
    try:
        chat, verdict = resources.chat_for(question)
        return {"draft": _whole(chat, draft), "triage": _item(verdict)}
    except ModelError as exc:
        notice(f"{exc} The evidence is quoted as it stands.")
        return {"draft": "", "removed": [f"the chat model did not answer: {exc}"],
                "triage": _item(verdict)}


def _composed(state: AgentState, resources: Resources, *, by_model: bool) -> dict[str, Any]:
    step = step_of(text_step(state["plan"]))
    try:
        made = composed(step, state["evidence"], resources.tools(), dict(resources.media),
                        by_model=by_model)
    except TrikalError as exc:
        notice(f"the step compose failed: {exc}")
        return {"draft": "", "composed": {}, "support": state["support"] or str(exc).rstrip(".")}
    return {"draft": "", "composed": dict(made), "evidence": made["evidence"],
            "removed": made["removed"]}


def _item(verdict: Verdict | None) -> TriageItem | None:
    return TriageItem(size=verdict.size.value, why=verdict.why) if verdict else None


@dataclass(frozen=True)
class _Draft:
    """What is to be written.

    Attributes:
        question: The question.
        evidence: What it is answered from.
        language: The name of the language to write in, where the question's would not do.
        shown: Whether sentences are told as they come: not where they are put into another
            language first.
    """

    question: str
    evidence: Sequence[EvidenceItem]
    language: str
    shown: bool


def _whole(chat: BaseChatModel, draft: _Draft) -> str:
    """Return an answer that one model wrote from beginning to end."""
    for _ in range(_MOST_BEGINNINGS):
        try:
            return _streamed(chat, draft)
        except AnswerBrokenOff:
            get_stream_writer()({"event": "restart"})  # what was told is not to be added to
    return _streamed(chat, draft)


def _streamed(chat: BaseChatModel, draft: _Draft) -> str:
    """Return what a model writes, up to where it begins to go round in circles."""
    write = get_stream_writer()
    text, told = "", 0
    for piece in _pieces(chat, draft):
        text += piece
        finished = list(sentences(text))[:-1]
        for sentence in finished[told:]:
            proven = verify_sentence(sentence, draft.evidence, draft.question).text
            if proven and draft.shown:
                write({"event": "sentence", "text": proven})
        told = max(told, len(finished))
        if loops(text):
            return without_loops(text)  # it would go on so until it may write no more
    return text


def _pieces(chat: BaseChatModel, draft: _Draft) -> Iterator[str]:
    messages = answer_messages(draft.question, draft.evidence, language=draft.language)
    for chunk in chat.stream(messages, max_tokens=_MAX_TOKENS):
        yield str(chunk.text)
