"""Putting questions to the agent and showing its answers as they come."""

import time
from collections.abc import Iterator, Sequence
from typing import Any, cast

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from rich.markup import escape

from trikal.app.explaining import print_steps
from trikal.app.output import citation_line, console, numbered_lines, timings_line
from trikal.errors import BadInput
from trikal.graph.build import build_graph
from trikal.graph.context import Context, Resources
from trikal.graph.state import Question, Reply


class Asker:
    """Asks the agent.

    Args:
        resources: The open archive.
        checkpointer: Where the session is kept, if it is.
        thread: The session's name.
    """

    def __init__(
        self,
        resources: Resources,
        *,
        checkpointer: BaseCheckpointSaver[Any] | None = None,
        thread: str = "once",
    ) -> None:
        self._agent = build_graph(checkpointer)
        self._context = Context(resources=resources)
        self._config: RunnableConfig = {"configurable": {"thread_id": thread}}
        self._media = resources.media

    def events(self, question: str, media_ids: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
        """Ask, and yield what happens: plan, evidence, sentences, and last the reply.

        Raises:
            BadInput: The question is empty.
        """
        if not question.strip():
            raise BadInput("The question is empty. Ask something, in quotes.")
        started = time.perf_counter()
        asked = Question(question=question.strip(), media_ids=list(media_ids))
        reply: Reply = {}
        for mode, part in self._agent.stream(asked, self._config, context=self._context,
                                             stream_mode=["custom", "values"]):
            if mode == "custom":
                yield cast(dict[str, Any], part)
            else:
                reply = cast(Reply, part)
        total = round((time.perf_counter() - started) * 1000, 1)
        yield {"event": "reply",
               "reply": {**reply, "timings_ms": {**reply["timings_ms"], "total": total}}}

    def ask(self, question: str, media_ids: Sequence[str] = ()) -> dict[str, Any]:
        """Ask, and return the reply."""
        *_, last = self.events(question, media_ids)
        return cast(dict[str, Any], last["reply"])

    def ask_and_show(
        self, question: str, media_ids: Sequence[str] = (), *, explain: bool = False
    ) -> dict[str, Any]:
        """Ask, print sentences as they are proven, then the proof; return the reply."""
        shown = ""
        evidence: list[dict[str, Any]] = []
        for event in self.events(question, media_ids):
            if event["event"] == "plan" and explain:
                console.print(f"[dim]plan ({escape(event['planner'])}): "
                              f"{escape(event['words'])}[/dim]")
            elif event["event"] == "evidence":
                evidence = event["evidence"]
            elif event["event"] == "sentence":
                shown = f"{shown} {event['text']}".strip()
                console.print(escape(event["text"]), end=" ")
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
        for doubt in reply["doubts"]:
            console.print(f"[yellow]{escape(doubt['words'])}[/yellow] "
                          f"{escape(' | '.join(doubt['choices']))}")

    def _explain(self, reply: dict[str, Any], evidence: list[dict[str, Any]]) -> None:
        print_steps("", reply["steps"], evidence, self._media)
        removed = [f"removed: {why}" for why in reply["removed"]]
        if removed:
            console.print(f"[dim]{escape(numbered_lines(removed))}[/dim]")
