from pathlib import Path
from typing import Any

import pytest

from trikal.errors import BadInput
from trikal.serving.catalog import Catalog
from trikal.serving.compatibility.memory import Memory
from trikal.serving.compatibility.outcome import Outcome
from trikal.serving.compatibility.survey import architectures, survey

VERSIONS = {"vllm": "0.32.0"}


def entry(name: str, architecture: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "role": "chat", "architecture": architecture, "backends": ["vllm"],
            "weights": {"kind": "hub", "install": "x", "id": f"org/{name}"}, "languages": ["en"],
            "memory_mb": 1, "licence": "MIT", **more}


CATALOG = Catalog.model_validate({"model": [
    entry("one", "Alpha", instead="two answers"),
    entry("two", "Alpha", use="answers questions"),
    entry("three", "Beta", also=["vision"]),
    entry("face", "Gamma", backends=[], instead="nothing draws faces"),
]})


class Checks:
    """Answers from a table, and remembers what was asked."""

    def __init__(self, *running: tuple[str, str]) -> None:
        self.running = running
        self.asked: list[tuple[str, str]] = []

    def __call__(self, architecture: str, backend: str) -> Outcome:
        self.asked.append((architecture, backend))
        return Outcome(architecture=architecture, backend=backend, detail="said", versions=VERSIONS,
                       ran=(architecture, backend) in self.running)


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory(tmp_path / "sub" / "memory.jsonl", VERSIONS)


def test_models_are_gathered_by_architecture_in_order() -> None:
    assert list(architectures(CATALOG)) == ["Alpha", "Beta", "Gamma"]


def test_the_next_backend_is_tried_only_where_vllm_does_not_run(memory: Memory) -> None:
    checks = Checks(("Alpha", "vllm"), ("Beta", "transformers"))
    alpha, beta, gamma = survey(CATALOG, checks, memory)
    assert checks.asked == [("Alpha", "vllm"), ("Beta", "vllm"), ("Beta", "transformers"),
                            ("Gamma", "vllm"), ("Gamma", "transformers")]
    assert (alpha.vllm.ran, alpha.other) == (True, None)
    assert beta.other is not None
    assert (beta.vllm.ran, beta.other.ran) == (False, True)
    assert gamma.other is not None
    assert not gamma.other.ran


def test_a_row_says_what_it_is_for_or_what_stands_in(memory: Memory) -> None:
    alpha, beta, gamma = survey(CATALOG, Checks(), memory)
    assert (alpha.models, alpha.use) == (("one", "two"), "answers questions")
    assert (beta.roles, beta.use) == (("chat", "vision"), "role chat")
    assert gamma.use == "nothing draws faces"


def test_what_is_known_is_not_asked_again(tmp_path: Path, memory: Memory) -> None:
    first = Checks(("Alpha", "vllm"))
    rows = survey(CATALOG, first, memory)
    next(rows)
    later = Checks()
    resumed = Memory(tmp_path / "sub" / "memory.jsonl", VERSIONS)
    assert [row.vllm.ran for row in survey(CATALOG, later, resumed)] == [True, False, False]
    assert ("Alpha", "vllm") not in later.asked
    assert ("Beta", "vllm") in later.asked


def test_it_is_asked_again_when_wanted_or_when_versions_change(
    tmp_path: Path, memory: Memory
) -> None:
    list(survey(CATALOG, Checks(), memory))
    for known, again in ((memory, True),
                         (Memory(tmp_path / "sub" / "memory.jsonl", {"vllm": "1"}), False)):
        checks = Checks()
        list(survey(CATALOG, checks, known, again=again))
        assert ("Alpha", "vllm") in checks.asked


def test_half_a_line_of_a_killed_run_is_measured_again(tmp_path: Path, memory: Memory) -> None:
    list(survey(CATALOG, Checks(), memory))
    path = tmp_path / "sub" / "memory.jsonl"
    path.write_text(path.read_text()[:-40])
    checks = Checks()
    list(survey(CATALOG, checks, Memory(path, VERSIONS)))
    assert checks.asked == [("Gamma", "transformers")]


def test_only_what_is_named_is_asked_by_model_or_architecture(memory: Memory) -> None:
    rows = list(survey(CATALOG, Checks(), memory, only=["three", "Alpha", "two"]))
    assert [row.architecture for row in rows] == ["Beta", "Alpha"]


def test_an_unknown_name_suggests_near_ones(memory: Memory) -> None:
    with pytest.raises(BadInput, match="no model 'thre'.*three"):
        list(survey(CATALOG, Checks(), memory, only=["thre"]))


def test_an_architecture_nearly_named_brings_the_near_ones(memory: Memory) -> None:
    with pytest.raises(BadInput, match=r"No architecture is named 'Alphas'\. Nearest: Alpha\."):
        list(survey(CATALOG, Checks(), memory, only=["Alphas"]))
