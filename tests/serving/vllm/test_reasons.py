"""The one line of a log that says why."""

from pathlib import Path

import pytest

from trikal.serving.vllm.reasons import last_reason, tail

ENGINE = "(EngineCore pid=812) ERROR 11-24 03:10:11 [core.py:1024] "
API = "(APIServer pid=790) "
CHAIN = f"""
{API}INFO 11-24 03:10:01 [utils.py:233] non-default args: {{'model': 'x'}}
{ENGINE}EngineCore failed to start.
{ENGINE}Traceback (most recent call last):
{ENGINE}  File "core.py", line 1, in run
{ENGINE}ValueError: Available memory on node 0 (1.2/23.5 GiB) on startup is less than desired.
{API}Traceback (most recent call last):
{API}  File "utils.py", line 3
{API}RuntimeError: Engine core initialization failed. See root cause above.
guardian: vLLM ended with exit code 1
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "vllm.log"


def test_the_root_goes_before_what_passed_it_on(log: Path) -> None:
    log.write_text(CHAIN)
    assert last_reason(log) == (
        "ValueError: Available memory on node 0 (1.2/23.5 GiB) on startup is less than desired.")


@pytest.mark.parametrize(("text", "reason"), [
    ("INFO 11-24 03:10:01 [a.py:1] loading\nguardian: vLLM was killed by SIGKILL\n",
     "was killed by SIGKILL"),
    ("starting\nguardian: vLLM ended with exit code 3\n", "ended with exit code 3"),
    ("only this\n\n", "only this"),
    ("", "it left no word"),
    ("Collecting x\nERROR: Could not find a version of x\n[notice] a new pip\n",
     "ERROR: Could not find a version of x"),
    ("a.b.OutOfMemoryError: too much\n", "a.b.OutOfMemoryError: too much"),
    ("RuntimeError: Engine core initialization failed. See root cause above.\n",
     "RuntimeError: Engine core initialization failed. See root cause above."),
])
def test_something_is_always_said(log: Path, text: str, reason: str) -> None:
    log.write_text(text)
    assert last_reason(log) == reason


def test_a_log_that_is_not_there_says_nothing(log: Path) -> None:
    assert last_reason(log) == "it left no word"
    assert tail(log, 5) == []


def test_what_was_written_before_is_not_looked_at(log: Path) -> None:
    log.write_text("ValueError: old\n")
    since = log.stat().st_size
    with log.open("a") as out:
        out.write("KeyError: new\n")
    assert last_reason(log, since=since) == "KeyError: new"


def test_a_reason_is_one_line_that_can_be_read(log: Path) -> None:
    log.write_text("ValueError: " + "x" * 5_000 + "\n")
    assert len(last_reason(log)) == 300
    log.write_bytes(b"ValueError: \xff\xfe\n")
    assert last_reason(log).startswith("ValueError: ")


def test_the_tail_is_as_long_as_asked(log: Path) -> None:
    log.write_text("".join(f"{n}\n" for n in range(100)))
    assert tail(log, 3) == ["97", "98", "99"]
