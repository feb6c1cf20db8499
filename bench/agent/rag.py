"""A plain baseline: one hybrid search with the question as it stands, one answer by the model."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from bench.agent.score import Answered, Cited
from trikal.app.session import Session
from trikal.tools.results import Cited as Found

LIMIT: Final = 5
NOTHING: Final = "not in the archive"
_CHARACTERS: Final = 320
_MAX_TOKENS: Final = 120
_TOLD: Final = (
    "Answer the question from the numbered evidence, in one or two sentences, and put the number "
    "of the evidence in brackets after each, like [1]. If the evidence does not tell, say: "
    f"{NOTHING}."
)
MARK: Final = re.compile(r"\[(\d+)\]")

Witnessed = Callable[[Mapping[str, Any]], Cited]


class SingleShot:
    """Search, then answer; what was said before in the conversation stands in the prompt.

    Args:
        session: The open archive.
        witnessed: Turns a moment into a citation.
    """

    def __init__(self, session: Session, witnessed: Witnessed) -> None:
        self._toolbox = session.toolbox()
        self._chat = session.models.chat()
        self._witnessed = witnessed
        self._told: list[BaseMessage] = []

    def ask(self, question: str) -> Answered:
        """Answer a question."""
        found = self._toolbox.search(question, limit=LIMIT).moments
        messages = [SystemMessage(_TOLD), *self._told,
                    HumanMessage(f"{numbered(found)}\n\nQuestion: {question}")]
        text = str(self._chat.bind(max_tokens=_MAX_TOKENS).invoke(messages).text).strip()
        self._told += [HumanMessage(question), AIMessage(text)]
        return answered(text, found, self._witnessed)


def numbered(moments: Sequence[Found]) -> str:
    """Write moments as numbered lines."""
    return "\n".join(f"[{each.n}] ({each.name}, {each.start_ms / 1000:.0f} s"
                     f"{', ' + each.speaker if each.speaker else ''}) "
                     f"{' '.join(each.text.split())[:_CHARACTERS]}" for each in moments)


def answered(text: str, moments: Sequence[Found], witnessed: Witnessed) -> Answered:
    """Read the model's answer: what it cites, and whether it gives up."""
    by_number = {each.n: each for each in moments}
    numbers = dict.fromkeys(int(n) for n in MARK.findall(text))
    cited = [witnessed(by_number[n].model_dump(mode="json")) if n in by_number else _nowhere(n)
             for n in numbers]
    return Answered(text=text, found=NOTHING not in text.lower(), cited=cited)


def _nowhere(n: int) -> Cited:
    return Cited(name="", track="", start_ms=0, end_ms=0, text=f"[{n}]", exists=False)
