"""What the graph itself costs: all of a turn but the time in models and search.

The graph, the embedder, the index and the sessions' file are the real ones; the chat model follows
a script. Time in a model or in a search is taken off where it is spent, side by side once only.
Nothing that a question was read as may be known from an earlier one: each that asks for something
is put in other words of politeness, which the rules leave out. A *watched* turn is one whose events
are taken as they come, as the command line prints them; else only the reply is waited for.
"""

import json
import random
import statistics
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from bench.agent.scripted import ScriptedChat
from trikal.app.asking import Asker
from trikal.app.commands.demo import MEMO, SCENES
from trikal.app.session import Session, open_session
from trikal.graph.context import Resources
from trikal.graph.sessions import Saver, open_sessions, saved_session
from trikal.ingest.pipeline import Pipeline
from trikal.settings import load_settings

QUESTIONS: Final = (
    "What damaged the dome?", "And after that?", "How wide is the main mirror?",
    "Who said that?", "What did the council approve after the mirror was polished by hand?",
    "And before that?", "Who won the football match?", "How much does the ginger tea cost?",
)
_FOLLOWING: Final = ("And", "Who said")
_POLITE: Final = ("Please", "Tell me", "Show me", "Do you know", "Do you remember",
                  "Could you tell me", "I would like to know", "Let me know")


class Meter:
    """Knows when a turn was in a model or in a search."""

    def __init__(self) -> None:
        self._spans: list[tuple[float, float]] = []

    def around(self, inner: Any) -> Any:
        """Return a stand-in for an object whose methods' time is metered."""
        return _Metered(inner, self)

    def add(self, start: float, end: float) -> None:
        """Note that it was, from here to there."""
        self._spans.append((start, end))

    def taken(self) -> float:
        """Return the seconds spent so since the last call."""
        spans, self._spans = sorted(self._spans), []
        total, reached = 0.0, 0.0
        for start, end in spans:
            total += max(0.0, end - max(start, reached))
            reached = max(reached, end)
        return total


class _Metered:
    def __init__(self, inner: Any, meter: Meter) -> None:
        self._inner = inner
        self._meter = meter

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if not callable(found):
            return found

        def timed(*arguments: Any, **named: Any) -> Any:
            started = time.perf_counter()
            try:
                return found(*arguments, **named)
            finally:
                self._meter.add(started, time.perf_counter())

        return timed


class _MeteredChat(ScriptedChat):
    """The scripted chat model, whose time is metered."""

    meter: Any = None

    def _generate(self, *arguments: Any, **named: Any) -> Any:
        started = time.perf_counter()
        try:
            return super()._generate(*arguments, **named)
        finally:
            self.meter.add(started, time.perf_counter())


def measured(turns: int, sessions: int) -> str:
    """Measure one session alone, and many side by side."""
    with _opened() as (session, saver):
        resources = session.resources()
        _talk(resources, saver, "warm", len(QUESTIONS), 0.0, 0.0)
        alone = _talk(resources, saver, "alone", turns, 0.0, 0.0)
        rows = [_row("1 session", alone)]
        for name, chat_s, pause_s in (("each answer taking 0.5 s, up to 2 s between questions",
                                       0.5, 2.0), ("no pause at all", 0.0, 0.0)):
            crowd = _crowd(resources, saver, name, sessions, max(8, turns // sessions), chat_s,
                           pause_s)
            rows.append(_row(f"{sessions} sessions at once, {name}", crowd))
        watched = _talk(resources, saver, "watched", turns, 0.0, 0.0, watched=True)
        rows.append(_row("1 session, watched", watched))
    return "\n".join(["| what | turns | p50 | p95 | most |", "| --- | --- | --- | --- | --- |",
                      *rows])


@contextmanager
def _opened() -> Iterator[tuple[Session, Saver]]:
    said = [*(sentence for scene in SCENES for sentence in scene.sentences), *MEMO]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "told.jsonl"
        path.write_text("\n".join(json.dumps({"start": 4 * n, "end": 4 * n + 3, "text": text})
                                  for n, text in enumerate(said)), encoding="utf-8")
        settings = load_settings(archive=Path(folder) / "archive")
        with open_session(settings, create=True) as session:
            Pipeline(session.archive.catalogue, session.index, session.models).run([path])
            with open_sessions(settings, session.archive.sessions_path) as saver:
                yield session, saver


def _crowd(
    resources: Resources, saver: Saver, name: str, sessions: int, turns: int, chat_s: float,
    pause_s: float,
) -> list[float]:
    def talk(n: int) -> list[float]:
        return _talk(resources, saver, f"{name} {n}", turns, chat_s, pause_s)

    with ThreadPoolExecutor(sessions) as pool:
        found = [each for overheads in pool.map(talk, range(sessions)) for each in overheads]
    for n in range(sessions):
        saved = saved_session(saver, f"{name} {n}")
        assert saved is not None
        asked = _questions(turns, f"{name} {n}")
        assert [turn["question"] for turn in saved.turns] == asked, "a turn was lost"
    return found


def _talk(
    resources: Resources, saver: Saver, name: str, turns: int, chat_s: float, pause_s: float,
    *, watched: bool = False,
) -> list[float]:
    """Ask in one session; return each turn's overhead in ms."""
    meter, draw, overheads = Meter(), random.Random(name), []
    chat = _MeteredChat(seconds=chat_s, meter=meter)
    own = replace(resources, finder=meter.around(resources.finder), answering=None,
                  relevance=meter.around(resources.relevance), chat=lambda: chat)
    asker = Asker(own, checkpointer=saver, session=name)
    for question in _questions(turns, name):
        time.sleep(draw.uniform(0.0, pause_s))
        started = time.perf_counter()
        if watched:
            deque(asker.events(question), maxlen=0)
        else:
            asker.ask(question)
        whole = time.perf_counter() - started
        overheads.append(1000 * (whole - meter.taken()))
    return overheads


def _questions(turns: int, session: str) -> list[str]:
    """Return what a session asks; follow-ups are put in the same words every time."""
    draw = random.Random(session)
    asked = (QUESTIONS[n % len(QUESTIONS)] for n in range(turns))
    return [each if each.startswith(_FOLLOWING) else
            f"{', '.join(draw.sample(_POLITE, 3))}: {each[0].lower()}{each[1:]}" for each in asked]


def _row(name: str, overheads: Sequence[float]) -> str:
    ordered = sorted(overheads)
    return (f"| {name} | {len(ordered)} | {statistics.median(ordered):.1f} ms | "
            f"{ordered[int(0.95 * (len(ordered) - 1))]:.1f} ms | {ordered[-1]:.1f} ms |")
