"""Node present: a file is made of what was found, named or answered.

These are the run's only side effects. They come after every question to the reader, one a task, and
are named by their content: doing one again makes nothing new.
"""

from pathlib import Path
from typing import Any, Final

from langgraph.runtime import Runtime

from trikal.errors import BadInput, ModelError, TrikalError
from trikal.graph.acts import FileItem, act, all_given
from trikal.graph.context import Context, Resources, resources_of
from trikal.graph.exporting import exported, stills
from trikal.graph.files import content_name, made_once, named
from trikal.graph.nodes.timing import Stopwatch
from trikal.graph.phrases import ENGLISH
from trikal.graph.planning.output_steps import Clip, Export, Stills
from trikal.graph.planning.plans import step_of
from trikal.graph.reels import span_named, spans_of
from trikal.graph.state import StepTask
from trikal.graph.tongues import language_name
from trikal.graph.translating import is_foreign, translated
from trikal.serving.notices import hearing, notice
from trikal.tools.arguments import ClipSpan
from trikal.tools.verification import without_marks

Written = tuple[Path, int | None]
_LONGEST_SAID: Final = 4_000


def present(state: StepTask, runtime: Runtime[Context]) -> dict[str, Any]:
    """Make the file that a step asks for."""
    resources = resources_of(runtime)
    step = step_of(state["step"])
    files: list[FileItem] = []
    with Stopwatch("present", steps=1) as watch, hearing() as notices:
        try:
            written = _made(step, state, resources)
            words = ", ".join(str(path) for path, _ in written)
            made = act(step.id, step.do, f"wrote {words}")
            files += [_file(step.do, path, length) for path, length in written]
        except TrikalError as exc:
            made = act(step.id, step.do, "", status="failed", why=str(exc))
    return {**watch.ended(made, files=files), "files": files, "notices": notices}


def _file(kind: str, path: Path, length: int | None) -> FileItem:
    item = FileItem(path=str(path), kind=kind)
    return item if length is None else FileItem(**item, duration_ms=length)


def _made(step: Any, task: StepTask, resources: Resources) -> list[Written]:
    if isinstance(step, Stills):
        return [(path, None) for path in stills(step, task, resources)]
    if isinstance(step, Export):
        path, length = exported(step, task, resources), None
    else:
        path, length = (_reel(step, task, resources) if isinstance(step, Clip)
                        else _voice(step, task, resources))
    outputs = resources.tools().outputs
    return [(named(path, step.file, outputs, granted=step.granted), length)]


def _reel(step: Clip, task: StepTask, resources: Resources) -> tuple[Path, int | None]:
    tools = resources.tools()
    given = all_given(task.get("given", {}))
    spans = ([span_named(step, tools.medium(step.medium))] if step.medium
             else spans_of(given, task, resources.media, most=step.most))
    if not spans:
        raise BadInput("There is nothing to cut: no moment was found.")
    suffix = _suffix(step.file, spans, resources)
    content = {"spans": [each.model_dump() for each in spans], "captions": step.captions}
    return made_once(
        content_name("reel", content, suffix), tools.outputs,
        lambda name: tools.clip(spans, file=name, captions=step.captions).duration_ms)


def _suffix(file: str | None, spans: list[ClipSpan], resources: Resources) -> str:
    if file and Path(file).suffix:
        return Path(file).suffix.lower()
    kinds = {resources.media[each.medium].kind for each in spans if each.medium in resources.media}
    return ".m4a" if kinds == {"audio"} else ".mp4"


def _voice(step: Any, task: StepTask, resources: Resources) -> tuple[Path, int | None]:
    tools = resources.tools()
    text = without_marks(task.get("answer", ""))[:_LONGEST_SAID]
    language = step.language or task.get("language") or ENGLISH
    call = tools.show if step.do == "show" else tools.say
    suffix = ".mp4" if step.do == "show" else ".wav"
    content = {"text": text, "language": language, "translate": step.translate}
    if step.do == "show":
        content["portrait"] = tools.portrait_mark()

    def said(name: str) -> int:
        if step.do == "say":
            tools.models.voice(language)  # missing, it saves the translation
        told = _in(language, text, resources) if step.translate else text
        return call(told, language=language, file=name).duration_ms

    return made_once(content_name(step.do, content, suffix), tools.outputs, said)


def _in(language: str, text: str, resources: Resources) -> str:
    """Return a text in a language where a model can say it in a way that can be checked."""
    if not is_foreign(text, language):
        return text
    if not resources.writes(language):
        notice(f"the answer is said as it stands, for {resources.chat_name} does not write "
               f"{language_name(language)}")
        return text
    try:
        made, fault = translated(text, language, resources.chat(), resources.relevance)
    except ModelError as exc:
        made, fault = text, str(exc)
    notice(f"the answer is said as it stands, for it could not be put into {fault}" if fault
           else f"the answer was put into another language by {resources.chat_name}: its figures "
                "and its nearness to the answer were checked, its wording was not")
    return made
