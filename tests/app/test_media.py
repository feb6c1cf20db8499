"""``trikal media``: what the archive holds, shown and forgotten."""

import json
from pathlib import Path

import pytest

from tests.app.conftest import Trikal
from tests.factories import make_tone, make_video
from tests.harbour import HARBOUR


@pytest.fixture
def twins(begun: Trikal, tmp_path: Path) -> list[str]:
    """Two different files of one name; their ids."""
    for folder, text in (("one", HARBOUR), ("two", HARBOUR.replace("green", "red"))):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "harbour.srt").write_text(text)
    begun("ingest", tmp_path / "one", tmp_path / "two")
    return [row["media_id"] for row in begun("media", "list", "--json").json]


def test_an_archive_is_listed_for_people(filled: Trikal) -> None:
    head, row = filled("media", "list").out.strip().splitlines()
    assert head.split() == ["id", "name", "kind", "length", "moments"]
    assert row.split()[1:] == ["harbour.srt", "text", "0:12", "4"]


def test_one_medium_is_shown_with_where_it_lies_and_what_was_observed(
    begun: Trikal, harbour: Path
) -> None:
    begun("ingest", harbour)
    shown = begun("media", "show", "harbour").out
    assert f"at {harbour}" in shown
    assert "listen: file:harbour.srt" in shown
    assert "0:05 speech The ferry to the island leaves every hour." in shown


@pytest.mark.thorough
def test_what_a_person_should_know_is_shown_with_the_stage(begun: Trikal, tmp_path: Path) -> None:
    film = make_video(tmp_path / "film.mp4", duration=0.4)
    film.with_suffix(".srt").write_text(HARBOUR)
    begun("ingest", film)
    shown = begun("media", "show", "film").out
    assert "speech taken from file:film.srt" in " ".join(shown.split())


def test_details_for_machines_are_complete(begun: Trikal, harbour: Path) -> None:
    begun("ingest", harbour)
    (details,) = begun("media", "show", "harbour", "--json").json
    (stage,) = details["stages"]
    assert (stage["stage"], stage["source"]) == ("listen", "file:harbour.srt")
    assert details["paths"] == [str(harbour)]
    assert (details["kind"], details["duration_ms"], details["moments"]) == ("text", 12_000, 4)
    assert {moment["unit"] for moment in details["observed"]} == {"observation"}


def test_text_that_looks_like_markup_is_shown_as_it_stands(
    begun: Trikal, tmp_path: Path
) -> None:
    path = tmp_path / "[bold]film[red].srt"
    path.write_text("1\n00:00:01,000 --> 00:00:02,000\n[red]Help[/red] [1]\n")
    begun("ingest", path)
    assert "[red]Help[/red] [1]" in begun("media", "show", "[bold]film[red]").out
    assert "[bold]film[red].srt" in begun("media", "list").out
    assert "Removed [bold]film[red].srt." in begun("media", "remove", path).out


def test_media_of_one_name_are_all_shown_and_one_is_removed_by_its_id(
    trikal: Trikal, twins: list[str]
) -> None:
    assert len(trikal("media", "show", "harbour.srt", "--json").json) == 2
    (removed,) = trikal("media", "remove", twins[0][:12], "--json").json
    assert removed == {"media_id": twins[0], "name": "harbour.srt"}
    assert [row["media_id"] for row in trikal("media", "list", "--json").json] == twins[1:]


def test_removing_one_of_two_leaves_the_other_to_be_found(
    trikal: Trikal, twins: list[str]
) -> None:
    trikal("media", "remove", twins[0])
    hits = trikal("search", "painted bridge", "--json").json
    assert {hit["media_id"] for hit in hits} == {twins[1]}


def test_removing_by_a_name_of_two_lists_their_ids_and_removes_none(
    trikal: Trikal, twins: list[str]
) -> None:
    outcome = trikal("media", "remove", "harbour")
    assert outcome.code == 2
    for media_id in twins:
        assert media_id[:12] in outcome.err
    assert len(trikal("media", "list", "--json").json) == 2
    assert trikal("media", "remove", "harbour", "--all").code == 0
    assert trikal("media", "list", "--json").json == []


def test_what_was_removed_is_taken_in_again_as_new(begun: Trikal, harbour: Path) -> None:
    begun("ingest", harbour)
    begun("media", "remove", "harbour")
    assert harbour.exists()
    (*_, report) = begun("ingest", harbour, "--json").out.splitlines()
    assert json.loads(report)["status"] == "done"
    assert begun("search", "bridge", "--json").json


@pytest.mark.parametrize("command", ["show", "remove"])
def test_an_unknown_name_is_told_with_what_there_is(
    filled: Trikal, command: str
) -> None:
    outcome = filled("media", command, "nothing")
    assert outcome.code == 2
    assert "harbour.srt" in outcome.err


@pytest.mark.parametrize("command", [("list",), ("show", "x"), ("remove", "x")])
def test_without_an_archive_each_command_says_how_to_make_one(
    trikal: Trikal, command: tuple[str, ...], tmp_path: Path
) -> None:
    outcome = trikal("media", *command)
    assert outcome.code == 1
    assert "trikal ingest" in outcome.err
    assert not (tmp_path / ".trikal").exists()


def test_a_recording_shows_its_length_and_whose_words_were_taken(
    begun: Trikal, tmp_path: Path
) -> None:
    path = make_video(tmp_path / "talk.mkv", fps=0, sound=make_tone(1),
                      subtitles=[(0.1, 0.9, "The bridge is green.")])
    assert begun("ingest", path).code == 0
    (details,) = begun("media", "show", "talk", "--json").json
    assert (details["kind"], details["duration_ms"]) == ("audio", 1_000)
    (stage,) = details["stages"]
    assert stage["source"] == "stream:1 (subrip)"
