"""Who does the tasks: Trikal, and two plain ways to do it over the same index, tools and model."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final, Protocol

from langgraph.checkpoint.memory import InMemorySaver

from bench.agent.loop import tool_loop
from bench.agent.rag import SingleShot
from bench.agent.score import Answered, Cited
from trikal.app.asking import Asker
from trikal.app.session import Session
from trikal.errors import TrikalError
from trikal.graph.evidence import OBSERVED_NOW
from trikal.moments import Unit
from trikal.tools.results import Moments
from trikal.tools.toolbox import Toolbox


class Dialogue(Protocol):
    """One conversation with a system."""

    def ask(self, question: str) -> Answered:
        """Put the next question."""


System = Callable[[], Dialogue]


Observed = tuple[str, str, int, int, str]

_OVER_MS: Final = 100  # containers round the length of what they hold


@dataclass(frozen=True, kw_only=True)
class Watched(Toolbox):
    """Tools that note what they observe.

    Attributes:
        seen: What was observed so far.
    """

    seen: set[Observed]

    def read(self, medium: str, *, start_ms: int, end_ms: int | None = None) -> Moments:
        """Read the screen."""
        return self._noted(super().read(medium, start_ms=start_ms, end_ms=end_ms))

    def look(
        self, medium: str, *, start_ms: int, end_ms: int | None = None, ask: str | None = None
    ) -> Moments:
        """Look at the picture."""
        return self._noted(super().look(medium, start_ms=start_ms, end_ms=end_ms, ask=ask))

    def listen(
        self, medium: str, *, start_ms: int = 0, end_ms: int | None = None,
        language: str | None = None, model: str | None = None,
    ) -> Moments:
        """Listen to the sound."""
        return self._noted(super().listen(medium, start_ms=start_ms, end_ms=end_ms,
                                          language=language, model=model))

    def _noted(self, made: Moments) -> Moments:
        self.seen.update((each.media_id, str(each.track), each.start_ms, each.end_ms, each.text)
                         for each in made.moments)
        return made


class Witness:
    """Knows which moments the archive has, what was observed anew, and what files were written.

    A citation exists if it is a stored moment, or if it says that it was observed now, a tool
    observed this very text over this very span, and the span lies in its medium.

    Args:
        session: The open archive.
    """

    def __init__(self, session: Session) -> None:
        self.observed: set[Observed] = set()
        self._durations = {each.id: each.duration_ms for each in session.archive.catalogue.media()}
        self._catalogue = session.archive.catalogue
        self._outputs = session.archive.outputs_path
        self._names = {medium.id: medium.name for medium in self._catalogue.media()}

    def cited(self, citation: Mapping[str, Any]) -> Cited:
        """Return a citation with its medium's name and whether there is such a moment."""
        media_id = str(citation["media_id"])
        place = (str(citation["track"]), citation["start_ms"], citation["end_ms"])
        return Cited(name=self._names.get(media_id, ""), track=place[0], start_ms=place[1],
                     end_ms=place[2], text=str(citation["text"]),
                     exists=place in self._places(media_id) or self._is_seen(citation))

    def _is_seen(self, citation: Mapping[str, Any]) -> bool:
        media_id, start, end = citation["media_id"], citation["start_ms"], citation["end_ms"]
        seen = (media_id, str(citation["track"]), start, end, citation["text"])
        return (citation.get("source") == OBSERVED_NOW and seen in self.observed
                and 0 <= start < end <= self._durations.get(media_id, 0) + _OVER_MS)

    def forget_files(self) -> None:
        """Take away what was written: what is there already is made once, and not seen again."""
        for path in self.files():
            path.unlink()

    def files(self) -> set[Path]:
        """Return what lies in the folder for outputs now."""
        return {path for path in self._outputs.rglob("*") if path.is_file()}

    @cache  # noqa: B019 - one witness a run
    def _places(self, media_id: str) -> frozenset[tuple[str, int, int]]:
        both = [moment for unit in Unit for moment in self._catalogue.moments(media_id, unit=unit)]
        return frozenset((str(each.track), each.start_ms, each.end_ms) for each in both)


class _Timed:
    """Asks another dialogue; adds how long it took, what was written, and how it failed."""

    def __init__(self, inner: Dialogue, witness: Witness) -> None:
        self._inner = inner
        self._witness = witness
        witness.forget_files()

    def ask(self, question: str) -> Answered:
        before, started = self._witness.files(), time.perf_counter()
        try:
            answered = self._inner.ask(question)
        except TrikalError as exc:
            answered = Answered(text="", found=False, error=f"{type(exc).__name__}: {exc}")
        written = sorted(self._witness.files() - before)
        return replace(answered, seconds=time.perf_counter() - started, files=written)


class _Trikal:
    """The agent, in a session of its own; asked back, it is given the default."""

    def __init__(self, session: Session, witness: Witness) -> None:
        self._witness = witness
        plain = session.resources()
        tools = plain.tools()
        watched = Watched(catalogue=tools.catalogue, finder=tools.finder, models=tools.models,
                          outputs=tools.outputs, seen=witness.observed)
        self._asker = Asker(replace(plain, toolbox=watched), checkpointer=InMemorySaver(),
                            ask_back=lambda asked: "")

    def ask(self, question: str) -> Answered:
        reply = self._asker.ask(question)
        return Answered(text=reply["answer"], found=reply["found"],
                        cited=[self._witness.cited(each) for each in reply["citations"]])


def systems(session: Session) -> dict[str, System]:
    """Return the systems by name, over one open archive."""
    witness = Witness(session)
    made: dict[str, System] = {
        "trikal": lambda: _Trikal(session, witness),
        "single-shot RAG": lambda: SingleShot(session, witness.cited),
        "tool loop": lambda: tool_loop(session, witness.cited),
    }
    return {name: _timed(make, witness) for name, make in made.items()}


def _timed(make: System, witness: Witness) -> System:
    return lambda: _Timed(make(), witness)


def asked(system: System, questions: Sequence[str]) -> Iterator[Answered]:
    """Put questions one after the other in one conversation."""
    dialogue = system()
    for question in questions:
        yield dialogue.ask(question)
