"""The ingest of one file as a LangGraph graph: a node a stage, as `trikal ingest` runs them.

admit → identify → listen → translate → watch → read → describe → embed → store. Each stage commits
to the archive's journal, so that a run that is stopped goes on at its stage, here and from the
command line alike; a node that is run again finds its work done.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Literal, Protocol

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langgraph.types import Overwrite

from trikal.errors import BadInput, ModelError
from trikal.ingest.admit import allowed, long, outside
from trikal.ingest.context import IngestContext, Opened
from trikal.ingest.events import Event, FileReport, Stage, Status
from trikal.ingest.file_run import FileRun
from trikal.ingest.pipeline import Pipeline
from trikal.ingest.state import File, Ingested, IngestState, StageItem
from trikal.settings import load_settings
from trikal.tools.holding import HOLDER, Held

Ingest = CompiledStateGraph[IngestState, IngestContext, File, Ingested]

LEFT_OUT = "left out"


class _Node(Protocol):
    """A node, named as LangGraph calls its arguments."""

    def __call__(self, state: IngestState, runtime: Runtime[IngestContext]) -> dict[str, Any]:
        """Do a stage."""


_MINUTE_MS = 60_000


def build_ingest(checkpointer: BaseCheckpointSaver[Any] | None = None) -> Ingest:
    """Compile the ingest of one file.

    Args:
        checkpointer: Where runs are kept; none for a server, which brings its own.
    """
    graph = StateGraph(IngestState, context_schema=IngestContext, input_schema=File,
                       output_schema=Ingested)
    graph.add_node("admit", admit)
    graph.add_edge(START, "admit")
    before = "admit"
    for stage in Stage:
        graph.add_node(stage.value, _node(stage))
        graph.add_conditional_edges(before, _route_to(stage), [stage.value, END])
        before = stage.value
    graph.add_edge(before, END)
    return graph.compile(checkpointer=checkpointer, name="ingest")


def admit(state: IngestState, runtime: Runtime[IngestContext]) -> dict[str, Any]:
    """Begin anew, and ask a person about what a server should not do unasked."""
    context = runtime.context or IngestContext()
    path = Path(state["path"]).expanduser().absolute()
    given: list[str] = []
    # One after the other: nothing of a file outside is read before that is allowed.
    for question in _questions(path, context):
        if not allowed(question):
            return {**_fresh(path), "status": LEFT_OUT}
        given.append(question)
    return {**_fresh(path), "allowed": given}


def _questions(path: Path, context: IngestContext) -> Iterator[str]:
    if question := outside(path, context.media_folders()):
        yield question
    if question := long(path, context.longest_minutes * _MINUTE_MS):
        yield question


def _fresh(path: Path) -> dict[str, Any]:
    """A thread may ingest file after file: nothing of the one before may leak into this one."""
    return {"path": str(path), "allowed": [], "status": "", "error": "", "media_id": "", "name": "",
            "kind": "", "duration_ms": 0, "moments": 0, "stages": Overwrite({})}


def _route_to(stage: Stage) -> Callable[[IngestState], str]:
    def route(state: IngestState) -> str:
        return END if state.get("status") in (Status.FAILED, LEFT_OUT) else stage.value

    return route


def _node(stage: Stage) -> "_Node":
    def node(state: IngestState, runtime: Runtime[IngestContext]) -> dict[str, Any]:
        return _done(stage, state, runtime.context or IngestContext())

    node.__doc__ = f"Take the file through the stage {stage}."
    return node


def _done(stage: Stage, state: IngestState, context: IngestContext) -> dict[str, Any]:
    held = context.held()
    catalogue, write = held.archive.catalogue, get_stream_writer()
    run = FileRun(Path(state["path"]), catalogue, lambda event: write(_plain(event)))
    run.medium = catalogue.medium(state["media_id"]) if state.get("media_id") else None
    settings = load_settings()
    pipeline = Pipeline(catalogue, held.index, held.models, language=state.get("language") or None,
                        transcribe_anyway=context.transcribe, translates=settings.translate,
                        diarises=settings.diarise)
    started, error = time.perf_counter(), ""
    with _writing(held):
        try:
            pipeline.do(run, stage)
        except (BadInput, ModelError) as exc:
            error = str(exc)
        if stage is Stage.STORE and not error:
            held.index.optimize()
    report = run.report(time.perf_counter() - started, error or None)
    if error or stage is Stage.STORE:
        write(_plain(report))
    return _update(stage, state, run, report)


def _writing(held: Opened | Held) -> AbstractContextManager[object]:
    return HOLDER.changing(held) if isinstance(held, Held) else held.writing


def _update(
    stage: Stage, state: IngestState, run: FileRun, report: FileReport
) -> dict[str, Any]:
    worked = report.status is Status.DONE
    outcome: Literal["failed", "done", "nothing to do"] = (
        "failed" if report.error else "done" if worked or stage is Stage.IDENTIFY
        else "nothing to do")
    item = StageItem(status=outcome, seconds=round(report.seconds, 3), notes=list(report.notes))
    update: dict[str, Any] = {"stages": {stage.value: item}, "moments": report.moments,
                              "error": report.error or ""}
    if run.medium:
        update |= {"media_id": run.medium.id, "name": run.medium.name, "kind": run.medium.kind,
                   "duration_ms": run.medium.duration_ms}
    if report.error:
        update["status"] = str(Status.FAILED)
    elif stage is Stage.STORE:
        earlier = [each["status"] for name, each in state.get("stages", {}).items()
                   if name != Stage.IDENTIFY]
        update["status"] = str(Status.DONE if "done" in (*earlier, outcome) else Status.UNCHANGED)
    return update


def _plain(event: Event) -> dict[str, Any]:
    kind = "file" if isinstance(event, FileReport) else "progress"
    return {"event": kind, **event.model_dump(mode="json")}
