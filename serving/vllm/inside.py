"""Running short programs inside vLLM's environment, with their output in a log."""

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

Report = Callable[[str], None]
"""Is told, in a few words, what goes on."""

_OURS = "TRIKAL_"


def clean_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return this process's environment without our settings, which hold keys."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    for name in ("PYTHONHOME", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__"):
        kept.pop(name, None)
    return {**kept, **(extra or {})}


def run_logged(
    command: Sequence[str | Path],
    log: Path,
    *,
    watch: Callable[[str], None] = lambda _: None,
    extra: Mapping[str, str] | None = None,
) -> tuple[int, int]:
    """Run a command to its end, writing what it prints to a log.

    Args:
        command: What to run.
        log: Where its output is appended.
        watch: Is given each line as it comes.
        extra: Environment variables to add.

    Returns:
        Its exit code, and where in the log its output begins, in bytes.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        began = out.tell()
        process = subprocess.Popen(
            [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, env=clean_environment(extra),
        )
        try:
            for line in _lines_of(process):
                out.write(line)
                out.flush()
                watch(line.decode("utf-8", "replace").strip())
        except BaseException:
            process.kill()
            raise
        finally:
            code = process.wait()
    return code, began


def _lines_of(process: "subprocess.Popen[bytes]") -> Iterator[bytes]:
    assert process.stdout
    with process.stdout as stream:
        yield from stream
