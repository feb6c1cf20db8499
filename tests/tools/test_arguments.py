"""What a plan or a model may ask of the tools: bounded, ordered, and nothing unknown."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from tests.every import every
from trikal.tools import arguments
from trikal.tools.arguments import (
    Arguments,
    ClipArguments,
    ClipSpan,
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

ID = "6f0f6e5c-2b43-5d3a-9a53-7472696b616c"
LATE = 2**52

LEAST: dict[type[Arguments], dict[str, Any]] = {
    FindArguments: {"query": {"target": "rain"}}, SearchArguments: {"text": "rain"},
    NeighboursArguments: {"moment_id": ID}, ListenArguments: {"medium": "a.mp4"},
    ReadArguments: {"medium": "a.mp4", "start_ms": 0},
    LookArguments: {"medium": "a.mp4", "start_ms": 0}, FramesArguments: {"medium": "a.mp4"},
    ExportArguments: {"format": "srt"}, ClipSpan: {"medium": "a.mp4", "start_ms": 0, "end_ms": 1},
    ClipArguments: {"spans": [{"medium": "a.mp4", "start_ms": 0, "end_ms": 5}]},
    ComposeArguments: {"kind": "summary"}, SayArguments: {"text": "Hello."},
    ShowArguments: {"text": "Hello."},
}


def classes() -> set[type[BaseModel]]:
    return {each for each in vars(arguments).values()
            if isinstance(each, type) and issubclass(each, Arguments)
            and each.__name__ not in {"Arguments", "SpanArguments"}}


def test_every_tool_s_arguments_are_tried_here() -> None:
    assert classes() == set(LEAST)


@every(("kind", "least"), LEAST.items())
def test_the_least_is_enough_and_one_word_more_is_too_much(
    kind: type[Arguments], least: dict[str, Any]
) -> None:
    made = kind.model_validate(least)
    assert kind.model_validate_json(made.model_dump_json()) == made
    with pytest.raises(ValidationError, match="Extra inputs"):
        kind.model_validate({**least, "command": "rm -rf /"})
    for name in kind.model_fields:
        with pytest.raises(ValidationError, match="frozen"):
            setattr(made, name, None)
        break


@every(("kind", "more"), [
    (ListenArguments, {"start_ms": -1}), (ListenArguments, {"start_ms": LATE}),
    (ListenArguments, {"end_ms": 0}), (ListenArguments, {"start_ms": 10, "end_ms": 10}),
    (ListenArguments, {"start_ms": 10, "end_ms": 9}), (ListenArguments, {"medium": ""}),
    (ListenArguments, {"medium": "x" * 301}), (ListenArguments, {"language": "h"}),
    (ListenArguments, {"language": "en_US"}), (ListenArguments, {"language": "e" * 36}),
    (ListenArguments, {"language": "en; rm"}), (ListenArguments, {"model": "m" * 101}),
    (ClipSpan, {"end_ms": LATE}), (ClipSpan, {"end_ms": 0}),
    (FramesArguments, {"times_ms": [-1]}), (FramesArguments, {"times_ms": list(range(101))}),
    (FramesArguments, {"count": 0}), (FramesArguments, {"count": 101}),
    (FramesArguments, {"max_width": 15}), (FramesArguments, {"max_width": 7_681}),
    (FramesArguments, {"file": ""}), (FramesArguments, {"file": "f" * 301}),
    (SearchArguments, {"text": ""}), (SearchArguments, {"text": "x" * 2_001}),
    (SearchArguments, {"limit": 0}), (SearchArguments, {"limit": 51}),
    (SearchArguments, {"tracks": ["smell"]}), (SearchArguments, {"tracks": ["speech"] * 6}),
    (NeighboursArguments, {"moment_id": "latest"}), (NeighboursArguments, {"moment_id": ID[:-1]}),
    (NeighboursArguments, {"moment_id": ID.upper()}), (NeighboursArguments, {"before": 21}),
    (NeighboursArguments, {"after": -1}), (ReadArguments, {"start_ms": -1}),
    (ReadArguments, {"start_ms": 1.5}), (ReadArguments, {"start_ms": None}),
    (LookArguments, {"ask": "x" * 301}), (ExportArguments, {"format": "exe"}),
    (ClipArguments, {"spans": []}), (ComposeArguments, {"kind": "poem"}),
    (ComposeArguments, {"about": "x" * 301}), (ComposeArguments, {"moment_ids": ["x"]}),
    (ComposeArguments, {"moment_ids": [ID] * 121}), (SayArguments, {"text": ""}),
    (SayArguments, {"text": "x" * 4_001}), (SayArguments, {"language": ""}),
    (SayArguments, {"timings": ""}), (FindArguments, {"limit": 51}),
    (FindArguments, {"query": {"target": "x" * 2_001}}),
    (FindArguments, {"query": {"target": "rain", "path": "/etc/passwd"}}),
])
def test_what_is_out_of_bounds_is_refused(kind: type[Arguments], more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        kind.model_validate({**LEAST[kind], **more})


@every(("kind", "more"), [
    (ListenArguments, {"start_ms": 0, "end_ms": 1}), (ListenArguments, {"language": "pt-BR"}),
    (ListenArguments, {"start_ms": LATE - 2, "end_ms": LATE - 1}),
    (FramesArguments, {"times_ms": [0, 0], "count": 100, "max_width": 16}),
    (SearchArguments, {"text": "x" * 2_000, "limit": 50, "tracks": ["speech", "frame"]}),
    (NeighboursArguments, {"before": 0, "after": 20}), (SayArguments, {"text": "x" * 4_000}),
    (ComposeArguments, {"moment_ids": [ID] * 120}),
])
def test_the_bounds_themselves_are_allowed(kind: type[Arguments], more: dict[str, Any]) -> None:
    made = kind.model_validate({**LEAST[kind], **more})
    for name, value in more.items():
        given = getattr(made, name)
        assert (list(given) if isinstance(value, list) else given) == value


@every("kind", LEAST)
def test_every_field_is_bounded_in_the_schema_that_a_model_sees(kind: type[Arguments]) -> None:
    def unbounded(schema: Any) -> bool:
        kinds = schema.get("anyOf", [schema])
        return any(each.get("type") == "string"
                   and not {"maxLength", "pattern", "enum", "const"} & set(each)
                   or each.get("type") in ("integer", "number")
                   and not {"maximum", "exclusiveMaximum"} & set(each) for each in kinds)

    loose = [name for name, schema in kind.model_json_schema()["properties"].items()
             if unbounded(schema)]
    assert loose == []
