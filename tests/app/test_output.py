"""What is printed: text as it stands, whatever it looks like, and JSON that machines can read."""

import io
import json
import os
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

from tests.every import every
from trikal.app import output
from trikal.app.output import citation_line, hit, numbered_lines, print_json, timings_line
from trikal.catalogue import Medium
from trikal.indexes.moment_search import Evidence
from trikal.moments import Moment, Track

MEDIUM = Medium(id="ab" * 32, name="talk.mp4", kind="video", size_bytes=1, duration_ms=9_000,
                paths=("/films/talk.mp4", "/copy.mp4"))
MOMENT = Moment(media_id=MEDIUM.id, track=Track.SPEECH, start_ms=61_500, end_ms=64_000,
                text="It is\ngreen.", speaker="ANN", source="test")


def shown(markup: str) -> str:
    """What a person sees of a line with markup."""
    return Text.from_markup(markup).plain


def citation(**changed: Any) -> dict[str, Any]:
    return {"n": 2, "start_ms": 61_500, "end_ms": 64_000, "track": "speech",
            "text": "It is green.", **changed}


def test_a_citation_shows_number_place_track_and_text() -> None:
    assert shown(citation_line(citation(), "talk.mp4")) == (
        "  [2] 1:01–1:04 talk.mp4 (speech) It is green.")


def test_who_speaks_stands_before_what_is_said() -> None:
    line = shown(citation_line(citation(speaker="Ann [CDR]\n"), "talk.mp4"))
    assert line == "  [2] 1:01–1:04 talk.mp4 (speech) Ann [CDR]: It is green."


def test_a_text_of_many_lines_is_shown_in_one() -> None:
    assert shown(citation_line(citation(text="Budget\n  42 million\n"), "a")).endswith(
        "Budget 42 million")


@every("text", [
    "[bold]not bold[/bold]", "[1] see there", "[/]", "a [red", "\\[x]", "[link=http://x]y[/link]",
])
def test_markup_in_media_is_shown_and_not_obeyed(text: str) -> None:
    line = shown(citation_line(citation(text=text), text))
    assert line.endswith(f"{text} (speech) {text}")


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40))
def test_any_text_and_any_name_can_be_shown(text: str) -> None:
    line = shown(citation_line(citation(text=text), text))
    assert " ".join(text.split()) in line


def test_a_hit_is_a_citation_with_its_score() -> None:
    evidence = Evidence(moment=MOMENT, score=0.123456789, dense=0.9, bm25=None, why="search")
    assert hit(1, evidence, {MEDIUM.id: MEDIUM}) == {
        "n": 1, "media_id": MEDIUM.id, "path": "/films/talk.mp4", "track": "speech",
        "start_ms": 61_500, "end_ms": 64_000, "text": "It is\ngreen.", "speaker": "ANN",
        "score": 0.123457}


def test_a_hit_of_an_unknown_medium_has_no_path() -> None:
    evidence = Evidence(moment=MOMENT, score=1.0, dense=None, bm25=None, why="search")
    assert hit(1, evidence, {})["path"] == ""


@given(st.recursive(
    st.none() | st.booleans() | st.integers(-2**53, 2**53) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner,
                                                                max_size=3), max_leaves=6))
def test_json_is_one_line_that_reads_back_as_what_it_was(value: Any) -> None:
    with pytest.MonkeyPatch.context() as patch:
        stream = io.StringIO()
        patch.setattr(output, "console", Console(file=stream, soft_wrap=True, width=20))
        print_json(value)
    written = stream.getvalue()
    assert written.count("\n") == 1
    assert json.loads(written) == value


def test_json_of_a_name_that_is_not_utf8_can_be_written_and_read(
    capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    name = os.fsdecode(b"film \xff.mp4")
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="strict")
    monkeypatch.setattr(output, "console", Console(file=stream, soft_wrap=True))
    print_json({"path": name, "text": "पुल"})
    stream.flush()
    written = stream.buffer.getvalue()  # type: ignore[attr-defined]
    assert json.loads(written.decode("utf-8")) == {"path": name, "text": "पुल"}
    assert "पुल" in written.decode("utf-8")


def test_an_error_is_one_red_sentence_on_standard_error(
    capsys: pytest.CaptureFixture[str]
) -> None:
    output.print_error("No [medium] is called 'x'.")
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == "error: No [medium] is called 'x'.\n"


def test_timings_are_told_in_seconds() -> None:
    assert timings_line({"plan": 4.2, "total": 1_234.0}) == "time: plan 0.00 s, total 1.23 s"
    assert timings_line({}) == ""


def test_steps_are_indented() -> None:
    assert numbered_lines(["one", "two"]) == "    one\n    two"
    assert numbered_lines([]) == ""


def test_a_translation_is_called_one_and_shows_what_was_said() -> None:
    line = shown(citation_line(
        citation(track="translation", original="यह\nहरा है"), "talk.mp4"))
    assert line == "  [2] 1:01–1:04 talk.mp4 (translation) It is green. (said: यह हरा है)"
    found = hit(1, Evidence(moment=MOMENT, score=1.0, original="यह हरा है"), {})
    assert found["original"] == "यह हरा है"
    assert "original" not in hit(1, Evidence(moment=MOMENT, score=1.0), {})
