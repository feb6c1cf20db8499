"""Model calls as structured logs: one JSON object a line, through Python's own logging.

The logger ``trikal.calls`` may be given any handler; two are made here.
"""

import json
import logging
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from trikal.serving.calls import Call

LOGGER = "trikal.calls"

_BYTES = 5 << 20
_OLD_FILES = 3
_log = logging.getLogger(LOGGER)


class CallFormatter(logging.Formatter):
    """Puts a record that carries a call on one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        return json.dumps({"time": at, **record.__dict__["call"]}, ensure_ascii=False)


def log_call(call: Call) -> None:
    """Log one call."""
    _log.info("%s %s", call.role, call.model, extra={"call": call.as_data()})


def listen(handler: logging.Handler) -> None:
    """Send calls to a handler, and nowhere else: the console stays as it was."""
    handler.setFormatter(CallFormatter())
    _log.addHandler(handler)
    _log.setLevel(logging.INFO)
    _log.propagate = False


def stop(handler: logging.Handler) -> None:
    """Send calls there no longer."""
    _log.removeHandler(handler)
    handler.close()


def file_handler(path: Path) -> logging.Handler:
    """Return a handler that writes to a file and keeps three old ones of 5 MiB."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return RotatingFileHandler(path, maxBytes=_BYTES, backupCount=_OLD_FILES, encoding="utf-8")
