"""Programs that run inside vLLM's environment: their output, their end, and our secrets."""

import os
import sys
from pathlib import Path

import psutil
import pytest

from trikal.serving.vllm.inside import clean_environment, run_logged


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "down" / "log"


def run(log: Path, program: str, **options: object) -> tuple[int, int]:
    return run_logged([sys.executable, "-c", program], log, **options)  # type: ignore[arg-type]


def test_what_a_program_says_on_either_stream_is_logged_in_order(log: Path) -> None:
    seen: list[str] = []
    program = ("import sys\n"
               "for n in range(3):\n"
               "    print('out', n, flush=True); print('err', n, file=sys.stderr, flush=True)")
    assert run(log, program, watch=seen.append) == (0, 0)
    assert seen == ["out 0", "err 0", "out 1", "err 1", "out 2", "err 2"]
    assert log.read_text("utf-8").splitlines() == seen


def test_each_program_begins_where_the_log_ended(log: Path) -> None:
    assert run(log, "print('one')") == (0, 0)
    code, began = run(log, "print('two'); raise SystemExit(7)")
    assert (code, log.read_bytes()[began:].strip()) == (7, b"two")


def test_output_that_is_no_utf_8_is_logged_as_it_is(log: Path) -> None:
    seen: list[str] = []
    program = "import sys; sys.stdout.buffer.write(b'\\xff\\xfe half \\xe0\\xa4\\n')"
    run(log, program, watch=seen.append)
    assert log.read_bytes() == b"\xff\xfe half \xe0\xa4\n"
    assert "half" in seen[0]


def test_a_program_that_asks_gets_no_answer_and_does_not_hang(log: Path) -> None:
    code, _ = run(log, "input('name? ')")
    assert code == 1
    assert b"EOFError" in log.read_bytes()


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_who_stops_watching_ends_the_program(log: Path, error: type[BaseException]) -> None:
    told: list[int] = []

    def stop(line: str) -> None:
        told.append(int(line))
        raise error

    with pytest.raises(error):
        run(log, "import os, time; print(os.getpid(), flush=True); time.sleep(600)", watch=stop)
    assert not psutil.pid_exists(told[0])


def test_our_settings_and_keys_stay_outside(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TRIKAL_CHAT_KEY", "VIRTUAL_ENV", "PYTHONHOME", "__PYVENV_LAUNCHER__"):
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("HF_HOME", "/there")
    kept = clean_environment({"MORE": "1", "HF_HOME": "/here"})
    assert "secret" not in kept.values()
    assert (kept["MORE"], kept["HF_HOME"]) == ("1", "/here")
    assert kept.keys() <= os.environ.keys() | {"MORE"}
    monkeypatch.delenv("PYTHONHOME")
    run(log, "import os; print([n for n in os.environ if n.startswith('TRIKAL')], "
             "os.environ['MORE'])", extra={"MORE": "given"})
    assert log.read_text("utf-8").strip() == "[] given"
