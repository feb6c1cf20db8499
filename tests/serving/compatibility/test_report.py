import json
from pathlib import Path

from trikal.serving.compatibility.outcome import Outcome, Row
from trikal.serving.compatibility.report import render, write_report

VERSIONS = {"vllm": "0.32.0", "torch": "2.13.0"}


def outcome(backend: str, detail: str, *, ran: bool, listed: bool | None = None) -> Outcome:
    return Outcome(architecture="A", backend=backend, ran=ran, detail=detail, listed=listed,
                   seconds=12.4, versions=VERSIONS, day="2026-11-24")


def row(name: str, *outcomes: Outcome) -> Row:
    return Row(architecture=name, models=("a-1", "a-2"), roles=("chat",), use="answers | asks",
               outcomes=outcomes)


RUNS = row("Runs", outcome("vllm", "8 tokens", ran=True, listed=True))
OTHER = row("Other", outcome("vllm", "ValueError: no `T5`", ran=False, listed=False),
            outcome("transformers", "9 tokens", ran=True))
NEITHER = row("Neither", outcome("vllm", "ModuleNotFoundError: no vllm", ran=False),
              outcome("transformers", "signal SIGSEGV", ran=False))


def test_a_row_says_registry_verdict_and_use() -> None:
    text = render([RUNS])
    assert ("| `Runs` | a-1, a-2 | listed | yes, 8 tokens in 12 s | not needed | "
            "answers \\| asks |") in text
    assert "Why not" not in text


def test_every_failure_has_its_exact_reason_under_its_number() -> None:
    text = render([OTHER, NEITHER])
    assert "| not listed | no (1) | transformers: yes, 9 tokens in 12 s |" in text
    assert "| not asked | no (2) | transformers: no (3) |" in text
    assert "1. `A` on vllm: `` ValueError: no `T5` ``" in text
    assert "2. `A` on vllm: `ModuleNotFoundError: no vllm`" in text
    assert "3. `A` on transformers: `signal SIGSEGV`" in text


def test_counts_versions_and_days_are_told() -> None:
    later = outcome("vllm", "x", ran=True).model_copy(update={"day": "2026-11-25"})
    text = render([RUNS, OTHER, NEITHER, row("Later", later)])
    assert "4 architectures: 2 ran on vLLM, 1 more on another backend, 1 on neither." in text
    assert "Measured 2026-11-24 to 2026-11-25 with vllm 0.32.0, torch 2.13.0." in text


def test_the_table_is_whole_markdown() -> None:
    table = [line for line in render([RUNS, OTHER, NEITHER]).splitlines() if line.startswith("|")]
    assert len(table) == 5
    assert {line.replace("\\|", "").count("|") for line in table} == {7}


def test_a_report_of_nothing_is_still_one() -> None:
    assert "0 architectures" in render([])


def test_json_lines_lie_beside_the_markdown(tmp_path: Path) -> None:
    write_report([RUNS, OTHER], tmp_path / "docs" / "compatibility.md")
    lines = (tmp_path / "docs" / "compatibility.jsonl").read_text().splitlines()
    assert [Row.model_validate(json.loads(line)) for line in lines] == [RUNS, OTHER]
    assert (tmp_path / "docs" / "compatibility.md").read_text() == render([RUNS, OTHER])
