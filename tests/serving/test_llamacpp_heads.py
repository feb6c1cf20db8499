"""Heads of prompts on the disk, with a server that only writes down what it is asked."""

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from langchain_core.messages import BaseMessage, HumanMessage
from openai import OpenAI

from trikal.serving.backends.llamacpp_heads import Heads, heads_folder, prepared

URL = "http://127.0.0.1:1"


class _Server:
    """Reads a prompt into slot 1, and writes its text as the slot's state."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[str] = []
        self._prompt = ""

    def post(self, url: str, *, cast_to: type, body: dict[str, Any]) -> Any:
        self.asked.append(url.removeprefix(URL))
        if url.endswith("/apply-template"):
            return {"prompt": body["messages"][-1]["content"]}
        if url.endswith("/completion"):
            self._prompt = body["prompt"]
            return {"id_slot": 1}
        if url.endswith("save"):
            (self.folder / body["filename"]).write_text(self._prompt)
        elif not (self.folder / body["filename"]).is_file():
            raise OSError("no such state")
        return {}


@pytest.fixture
def server(tmp_path: Path) -> _Server:
    return _Server(tmp_path)


def _heads(server: _Server) -> Heads:
    return Heads(cast(OpenAI, server), URL, server.folder, slots=2)


def _head(text: str) -> Sequence[BaseMessage]:
    return [HumanMessage(text)]


def _kept(folder: Path) -> set[str]:
    return {file.read_text() for file in folder.iterdir()}


def test_a_head_is_kept_once(server: _Server) -> None:
    heads = _heads(server)
    for _ in range(2):
        heads.read(_head("one"))
    assert server.asked == ["/apply-template", "/completion", "/slots/1?action=save"]
    assert _kept(server.folder) == {"one"}


def test_what_is_kept_is_taken_into_slots_and_not_read_again(server: _Server) -> None:
    _heads(server).read(_head("one"))
    later = _Server(server.folder)
    heads = _heads(later)
    heads.restore()
    heads.read(_head("one"))
    assert later.asked == ["/slots/0?action=restore"]
    heads.read(_head("two"))
    assert _kept(server.folder) == {"one", "two"}


def test_no_more_is_kept_than_there_are_slots(server: _Server) -> None:
    heads = _heads(server)
    for n, text in enumerate(("one", "two", "three")):
        heads.read(_head(text))
        for file in server.folder.iterdir():
            if file.read_text() == text:
                os.utime(file, (n, n))
    assert _kept(server.folder) == {"two", "three"}


def test_a_damaged_state_is_never_given_to_the_server(server: _Server) -> None:
    _heads(server).read(_head("one"))
    file, = server.folder.iterdir()
    file.write_text("0ne")
    later = _Server(server.folder)
    _heads(later).restore()
    assert later.asked == []
    assert not list(server.folder.iterdir())


def test_a_state_that_the_server_does_not_take_goes(
    server: _Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    _heads(server).read(_head("one"))
    monkeypatch.setattr(_Server, "post", lambda *_, **__: 1 / 0)
    heads = _heads(server)
    heads.restore()
    heads.read(_head("one"))  # and reading is no error either
    assert not list(server.folder.iterdir())


def test_other_weights_or_another_context_have_another_folder(tmp_path: Path) -> None:
    weights = tmp_path / "qwen-0.5b.gguf"
    weights.write_bytes(b"1")
    one = heads_folder(tmp_path, weights, 8192)
    assert one == heads_folder(tmp_path, weights, 8192)
    assert one != heads_folder(tmp_path, weights, 4096)
    weights.write_bytes(b"12")
    assert one != heads_folder(tmp_path, weights, 8192)


def test_preparing_drops_what_no_version_has_used_for_a_day(tmp_path: Path) -> None:
    names = [f"qwen-0.5b-{digit * 16}" for digit in "012"] + ["qwen-1.5b-" + "3" * 16]
    for name in names:
        (tmp_path / name).mkdir()
    long_ago = time.time() - 2 * 86_400
    for name in (names[0], names[1], names[3]):
        os.utime(tmp_path / name, (long_ago, long_ago))
    # The second is the one that is used now, the third another version's, used just now.
    assert prepared(tmp_path / names[1]) == f"{tmp_path / names[1]}{os.sep}"
    assert {folder.name for folder in tmp_path.iterdir()} == set(names[1:])
    assert prepared(tmp_path / names[2])  # and the use is noted
    assert (tmp_path / names[1]).is_dir()


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert prepared(tmp_path / "file" / ("x-" + "0" * 16)) == ""


def test_what_cannot_be_kept_is_read_for_this_server_all_the_same(server: _Server) -> None:
    heads = Heads(cast(OpenAI, server), URL, None, slots=2)
    heads.restore()
    for _ in range(2):
        heads.read(_head("one"))
    assert server.asked == ["/apply-template", "/completion"]
