"""Which citations the agent benchmark counts as pointing somewhere."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bench.agent.systems import Watched, Witness
from tests.fakes import FakeModels, FakeScreenReader
from tests.graph.films import Film, archived
from trikal.moments import Track
from trikal.tools.outputs import Fenced

SAID = ((Track.SPEECH, 0, 4_000, "The harbour bridge was painted green in April."),)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Film]:
    with archived(tmp_path_factory.mktemp("film"), SAID) as made:
        yield made


@pytest.fixture
def witness(film: Film, tmp_path: Path) -> Witness:
    archive = SimpleNamespace(catalogue=film.catalogue, outputs_path=tmp_path)
    return Witness(SimpleNamespace(archive=archive))  # type: ignore[arg-type]


def cite(film: Film, **more: Any) -> dict[str, Any]:
    return {"media_id": film.medium.id, "track": "speech", "start_ms": 0, "end_ms": 4_000,
            "text": SAID[0][3], "source": "test", **more}


def read_at(film: Film, witness: Witness, folder: Path) -> dict[str, Any]:
    """Read the screen with tools that are watched, and cite what was read."""
    models = FakeModels(screen_reader=FakeScreenReader(["GATE SEVEN"]))
    tools = Watched(catalogue=film.catalogue, finder=lambda: film.finder, models=models,
                    outputs=Fenced(folder), seen=witness.observed)
    (read,) = tools.read("harbour.mp4", start_ms=12_000).moments
    return cite(film, track="screen", start_ms=read.start_ms, end_ms=read.end_ms, text=read.text,
                source="observed now")


def test_a_stored_moment_exists_and_another_span_does_not(film: Film, witness: Witness) -> None:
    assert witness.cited(cite(film)).exists
    assert not witness.cited(cite(film, end_ms=4_001)).exists


def test_what_a_tool_observed_exists(film: Film, witness: Witness, tmp_path: Path) -> None:
    assert witness.cited(read_at(film, witness, tmp_path)).exists


@pytest.mark.parametrize("change", [
    {"text": "GATE EIGHT"}, {"start_ms": 11_000}, {"source": "test"}, {"track": "caption"},
])
def test_what_no_tool_observed_there_does_not(
    film: Film, witness: Witness, tmp_path: Path, change: dict[str, Any]
) -> None:
    seen = read_at(film, witness, tmp_path)
    assert not witness.cited({**seen, **change}).exists


def test_what_lies_outside_the_medium_does_not(film: Film, witness: Witness) -> None:
    outside = cite(film, start_ms=90_000, end_ms=91_000, source="observed now")
    witness.observed.add((film.medium.id, "speech", 90_000, 91_000, SAID[0][3]))
    assert not witness.cited(outside).exists
