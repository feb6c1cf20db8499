"""The toolbox as LangChain tools: one schema each, and errors of ours as sentences."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from langchain_core.tools import BaseTool, StructuredTool, ToolException
from pydantic import BaseModel, ValidationError

from trikal.errors import TrikalError
from trikal.tools.arguments import (
    Arguments,
    ClipArguments,
    ComposeArguments,
    ExportArguments,
    FindArguments,
    FramesArguments,
    ListenArguments,
    LookArguments,
    NeighboursArguments,
    ReadArguments,
    SayArguments,
    SearchArguments,
    ShowArguments,
)
from trikal.tools.toolbox import Toolbox


@dataclass(frozen=True, kw_only=True)
class _Spec:
    """One tool: what it is called, told to be for, and asked."""

    method: str
    description: str
    arguments: type[Arguments]


_SPECS = (
    _Spec(method="find", arguments=FindArguments,
          description="Find moments by meaning, words and time: a target, and where in time it "
                      "lies. Use it for anything with before, after, during, first, last, a clock "
                      "time, or a count."),
    _Spec(method="search", arguments=SearchArguments,
          description="Find moments that are like a text, wherever they are."),
    _Spec(method="neighbours", arguments=NeighboursArguments,
          description="Return what was observed just before and just after a moment."),
    _Spec(method="read", arguments=ReadArguments,
          description="Read what is written on the screen at a time, or over a span."),
    _Spec(method="look", arguments=LookArguments,
          description="Say what is seen at a time or over a span, or answer a question about it."),
    _Spec(method="listen", arguments=ListenArguments,
          description="Transcribe a span of a medium again, with another model or in another "
                      "language, where the transcript is doubtful."),
    _Spec(method="frames", arguments=FramesArguments,
          description="Save still pictures of a video into files."),
    _Spec(method="clip", arguments=ClipArguments,
          description="Cut stretches out of media and join them into one film (.mp4, .mov) or "
                      "sound file (.m4a, .wav), with captions."),
    _Spec(method="compose", arguments=ComposeArguments,
          description="Write a summary, brief, script, quiz or chapter list; every line cites the "
                      "moment that proves it."),
    _Spec(method="say", arguments=SayArguments,
          description="Say a text aloud, into a sound file (.wav)."),
    _Spec(method="show", arguments=ShowArguments,
          description="Let an avatar say a text; told plainly where no portrait is set."),
    _Spec(method="export", arguments=ExportArguments,
          description="Write moments or chapters into a file for other programs: subtitles (srt, "
                      "vtt), chapters (ffmetadata, youtube, podlove), an edit list (edl, otio), or "
                      "a list with links (markdown)."),
)


def langchain_tools(toolbox: Toolbox) -> list[BaseTool]:
    """Return the toolbox as LangChain tools.

    A tool answers with compact JSON for the model and with the typed result as its artifact. An
    error of ours, or arguments that do not fit the schema, come back as a sentence.
    """
    return [_tool(toolbox, spec) for spec in _SPECS]


def _tool(toolbox: Toolbox, spec: _Spec) -> BaseTool:
    return StructuredTool.from_function(
        func=_called(getattr(toolbox, spec.method)), name=spec.method,
        description=spec.description, args_schema=spec.arguments, infer_schema=False,
        response_format="content_and_artifact", handle_tool_error=True,
        handle_validation_error=_wrong,
    )


def _called(method: Callable[..., BaseModel]) -> Callable[..., tuple[str, BaseModel]]:
    def call(**arguments: Any) -> tuple[str, BaseModel]:
        try:
            result = method(**arguments)
        except TrikalError as exc:
            raise ToolException(str(exc)) from exc
        return result.model_dump_json(exclude_defaults=True), result

    return call


def _wrong(error: ValidationError | Any) -> str:
    if not isinstance(error, ValidationError):
        return f"The arguments are wrong: {error}"
    problems = "; ".join(f"{'.'.join(map(str, each['loc'])) or 'arguments'}: {each['msg']}"
                         for each in error.errors())
    return f"The arguments are wrong: {problems}. Correct them and call again."
