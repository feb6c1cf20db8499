"""Why a program failed: the one line of its log that says so."""

import re
from collections.abc import Sequence
from pathlib import Path

_READ_BYTES = 256 << 10
_LONGEST = 300

# What vLLM and pip write before the words: process, level, date, file.
_HEAD = re.compile(
    r"^(\([\w ]+pid=\d+\)\s*)?((ERROR|CRITICAL|WARNING|INFO)\s+[\d-]+ [\d:]+ \[[^\]]*\]\s*)?"
)
_ERROR = re.compile(r"^(\w+\.)*\w*(Error|Exception|Interrupt|Exit): .+|^ERROR: .+")
# Errors that only tell of another one.
_ECHOES = ("Engine core initialization failed", "WorkerProc initialization failed",
           "Failed core proc", "See root cause above", "See stack trace",
           "EngineCore failed to start", "EngineDeadError", "process exited with code")
_GUARDIAN = "guardian: vLLM "


def last_reason(log: Path, *, since: int = 0) -> str:
    """Return the line of a log that says best why its writer ended, without its head.

    The root of a chain of errors goes before what merely passed it on, an error before any other
    line, and what killed the process before nothing at all.

    Args:
        log: The log.
        since: Where in it to begin, in bytes.
    """
    lines = _lines(log, since)
    errors = [line for line in lines if _ERROR.match(line)]
    roots = [line for line in errors if not any(echo in line for echo in _ECHOES)]
    ends = [line.removeprefix(_GUARDIAN) for line in lines if line.startswith(_GUARDIAN)]
    spoken = [line for line in lines if line and not line.startswith(_GUARDIAN)]
    best = roots[-1:] or errors[-1:] or ends[-1:] or spoken[-1:] or ["it left no word"]
    if "killed by" in "".join(ends) and not roots:
        best = ends[-1:]
    return _short(best[0])


def tail(log: Path, count: int) -> Sequence[str]:
    """Return the last lines of a log."""
    return _read(log, 0).splitlines()[-count:] if count > 0 else []


def _lines(log: Path, since: int) -> list[str]:
    return [_HEAD.sub("", line).strip() for line in _read(log, since).splitlines()]


def _read(log: Path, since: int) -> str:
    try:
        size = log.stat().st_size
        with log.open("rb") as stream:
            stream.seek(max(since, size - _READ_BYTES))
            return stream.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""


def _short(line: str) -> str:
    flat = " ".join(line.split())
    return flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1] + "…"
