"""Putting questions to the agent and showing its answers as they come."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, cast

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.types import Command, Durability, StreamMode
from rich.markup import escape

from trikal.app.explaining import budget_line, near_line, print_act, print_steps
from trikal.app.output import citation_line, console, numbered_lines, print_error, timings_line
from trikal.errors import BadInput
from trikal.graph.build import build_graph
from trikal.graph.context import Context, Resources
from trikal.graph.nodes.clarify import AskedBack
from trikal.graph.sessions import thread
from trikal.graph.state import Question
from trikal.indexes.phrases import plain_words

_WATCHED: Final[Sequence[StreamMode]] = ("custom", "values")
# LangGraph runs a step beside two more threads where its events are waited for, and by itself,
# in the thread that asks, where nobody waits.
_UNWATCHED: Final[Sequence[StreamMode]] = ("values",)


class Asker:
    """Asks the agent.

    Args:
        resources: The open archive.
        checkpointer: Where the session is kept, if it is.
        session: The session's name.
        ask_back: Asks the reader what is meant, where a question is in doubt; the likeliest is
            taken, and the doubt is shown, where nobody can be asked. Needs a checkpointer.
    """

    def __init__(
        self,
        resources: Resources,
        *,
        checkpointer: BaseCheckpointSaver[Any] | None = None,
        session: str = "once",
        ask_back: Callable[[AskedBack], str] | None = None,
    ) -> None:
        self._agent = build_graph(checkpointer)
        self._context = Context(resources=resources, asks_back=ask_back is not None)
        self._config = thread(session)
        # A finished step is on the disk before the next begins: a killed process loses none.
        self._durability: Durability | None = "sync" if checkpointer else None
        self._ask_back = ask_back
        self._media = resources.media

    def events(
        self, question: str, media_ids: Sequence[str] = (), *, asked_in: str = ""
    ) -> Iterator[dict[str, Any]]:
        """Ask, and yield what happens: plan, evidence, sentences, and last the reply.

        Args:
            question: The question.
            media_ids: Only these media; all when not given.
            asked_in: BCP-47 tag of the question's language, where it is known.

        Raises:
            BadInput: The question is empty, or has no word in it.
        """
        yield from self._followed(_checked(question, media_ids, asked_in), _WATCHED)

    def resume(self) -> Iterator[dict[str, Any]]:
        """Finish the question that a killed process left, from the step where it stopped."""
        yield from self._followed(None, _WATCHED)

    def _followed(
        self, start: Question | None, modes: Sequence[StreamMode]
    ) -> Iterator[dict[str, Any]]:
        started = time.perf_counter()
        go_on: Question | Command[Any] | None = start
        while True:
            asked: AskedBack | None = None
            reply: dict[str, Any] = {}
            for mode, part in self._agent.stream(
                    go_on, self._config, context=self._context, durability=self._durability,
                    stream_mode=[*modes]):
                if mode == "custom":
                    yield cast(dict[str, Any], part)
                elif interrupts := cast(dict[str, Any], part).get("__interrupt__"):
                    asked = interrupts[0].value
                else:
                    reply = cast(dict[str, Any], part)
            if asked is None or self._ask_back is None:
                break
            go_on = Command(resume=self._ask_back(asked))
        total = round((time.perf_counter() - started) * 1000, 1)
        yield {"event": "reply",
               "reply": {**reply, "timings_ms": {**reply["timings_ms"], "total": total}}}

    def ask(
        self, question: str, media_ids: Sequence[str] = (), *, asked_in: str = ""
    ) -> dict[str, Any]:
        """Ask, and return the reply; see :meth:`events`."""
        start = _checked(question, media_ids, asked_in)
        *_, last = self._followed(start, _UNWATCHED)
        return cast(dict[str, Any], last["reply"])

    def ask_and_show(
        self, question: str, media_ids: Sequence[str] = (), *, explain: bool = False
    ) -> dict[str, Any]:
        """Ask, print sentences as they are proven, then the proof; return the reply."""
        return self.show(self.events(question, media_ids), explain=explain)

    def show(self, events: Iterator[dict[str, Any]], *, explain: bool = False) -> dict[str, Any]:
        """Print what happens as it happens, then the proof; return the reply."""
        shown = ""
        evidence: list[dict[str, Any]] = []
        for event in events:
            if event["event"] == "plan" and explain:
                console.print(f"[dim]plan ({escape(event['planner'])}): "
                              f"{escape(event['words'])}[/dim]")
            elif event["event"] == "act" and explain:
                print_act(event["act"])
            elif event["event"] == "evidence":
                evidence = event["evidence"]
            elif event["event"] == "sentence":
                shown = f"{shown} {event['text']}".strip()
                console.print(escape(event["text"]), end=" ")
            elif event["event"] == "restart":
                console.print("…" if shown else "")
                shown = ""
            elif event["event"] == "reply":
                reply = cast(dict[str, Any], event["reply"])
        self._finish(reply, shown)
        if explain:
            self._explain(reply, evidence)
        console.print(f"[dim]{timings_line(reply['timings_ms'])}[/dim]")
        return reply

    def _finish(self, reply: dict[str, Any], shown: str) -> None:
        answer = reply["answer"]
        if not shown:
            console.print(f"[bold]{escape(answer)}[/bold]")
        elif answer.startswith(shown):
            console.print(escape(answer[len(shown):]))
        else:
            console.print(f"\n{escape(answer)}")
        for citation in reply["citations"]:
            medium = self._media.get(citation["media_id"])
            console.print(citation_line(citation, medium.name if medium else ""))
        for near in reply.get("nearest") or []:
            console.print("[dim]  near it: " + escape(near_line(near)) + "[/dim]")
        for file in reply.get("files") or []:
            console.print(f"[green]{file['kind']}[/green] {escape(file['path'])}")
        for doubt in reply["doubts"]:
            console.print(f"[yellow]{escape(doubt['words'])}[/yellow] "
                          f"{escape(' | '.join(doubt['choices']))}")

    def _explain(self, reply: dict[str, Any], evidence: list[dict[str, Any]]) -> None:
        print_steps("", reply["steps"], evidence, self._media)
        if triage := reply.get("triage"):
            console.print(f"[dim]the {triage['size']} chat model: {triage['why']}[/dim]")
        if budget := reply.get("budget"):
            console.print(f"[dim]{escape(budget_line(budget))}[/dim]")
        removed = [f"removed: {why}" for why in reply["removed"]]
        if removed:
            console.print(f"[dim]{escape(numbered_lines(removed))}[/dim]")


def _checked(question: str, media_ids: Sequence[str], asked_in: str) -> Question:
    if not question.strip():
        raise BadInput("The question is empty. Ask something, in quotes.")
    if not plain_words(question):
        raise BadInput(f"“{question.strip()}” has no word in it. Ask something in words.")
    return Question(question=question.strip(), media_ids=list(media_ids), asked_in=asked_in)


def ask_back(asked: AskedBack) -> str:
    """Let the reader choose what is meant or allowed; an empty line takes the first."""
    if asked["problem"]:
        print_error(asked["problem"])
    console.print(f"[yellow]{escape(asked['question'])}[/yellow]")
    for n, choice in enumerate(asked["choices"], start=1):
        usual = " [dim](taken when you press Enter)[/dim]" if choice == asked["default"] else ""
        console.print(f"  {n}. {escape(choice)}{usual}")
    try:
        return console.input(f"[bold cyan]1–{len(asked['choices'])}[/bold cyan] ").strip()
    except EOFError:
        return ""
