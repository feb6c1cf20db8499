"""The report: Markdown for people, and the same rows as JSON lines for machines."""

from collections.abc import Sequence
from pathlib import Path

from trikal.serving.compatibility.outcome import Outcome, Row

_HEAD = """# What runs where

Written by `trikal models check --write docs/compatibility.md`; do not edit it by hand.

For every architecture of the catalogue: whether the registry of the installed vLLM lists it, and
whether it *runs*. To see that, a tiny model of the architecture (a real configuration scaled down,
random weights, a tokenizer and processor made in code) is loaded by the real engine and answers one
request: a sentence, an image, or a second of sound. What vLLM does not run is tried on Transformers
in the same way. "Ran" says what came back. It says nothing about how well the real weights do.
"""
_MADE_BY, _NEAR = "Written by `trikal models check", 200  # in the first characters
_LONGEST = 300  # characters of a reason; the JSON lines have all of it
_COLUMNS = (
    "architecture", "models", "vLLM registry", "vLLM ran", "other backend ran",
    "what Trikal uses it for",
)


def write_report(rows: Sequence[Row], path: Path) -> None:
    """Write the Markdown to a path, and JSON lines beside it with the suffix ``.jsonl``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render(rows), encoding="utf-8")
    lines = "".join(f"{row.model_dump_json()}\n" for row in rows)
    path.with_suffix(".jsonl").write_text(lines, encoding="utf-8")


def is_report(path: Path) -> bool:
    """Tell whether a file is a report that was written here, which a later one may replace."""
    try:
        with path.open(encoding="utf-8") as file:
            return _MADE_BY in file.read(_NEAR)
    except (OSError, UnicodeDecodeError):
        return False


def render(rows: Sequence[Row]) -> str:
    """Return the report as Markdown: versions, the counts, a table, and every reason in full."""
    reasons: list[str] = []
    table = [_line(_COLUMNS), _line(["---"] * len(_COLUMNS))]
    table += [_line(_cells(row, reasons)) for row in rows]
    notes = [f"{number}. {reason}" for number, reason in enumerate(reasons, 1)]
    parts = [_HEAD, _measured_with(rows), _counts(rows), "\n".join(table)]
    if notes:
        parts.append("## Why not\n\nThe last line of what was said.\n\n" + "\n".join(notes))
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _cells(row: Row, reasons: list[str]) -> list[str]:
    listed = {True: "listed", False: "not listed", None: "not asked"}[row.vllm.listed]
    models = ", ".join(row.models)
    vllm = _ran(row.vllm, reasons)
    other = _ran(row.other, reasons) if row.other else "not needed"
    return [f"`{row.architecture}`", models, listed, vllm, other, row.use]


def _ran(outcome: Outcome, reasons: list[str]) -> str:
    name = "" if outcome.backend == "vllm" else f"{outcome.backend}: "
    if outcome.ran:
        return f"{name}yes, {outcome.detail} in {outcome.seconds:.0f} s"
    reasons.append(f"`{outcome.architecture}` on {outcome.backend}: {_code(outcome.detail)}")
    return f"{name}no ({len(reasons)})"


def _code(text: str) -> str:
    text = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    fence = "``" if "`" in text else "`"
    return f"{fence} {text} {fence}" if fence == "``" else f"`{text}`"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _measured_with(rows: Sequence[Row]) -> str:
    outcomes = [outcome for row in rows for outcome in row.outcomes]
    versions = dict.fromkeys(
        f"{name} {version}" for each in outcomes for name, version in each.versions.items())
    days = sorted({outcome.day for outcome in outcomes if outcome.day})
    span = " to ".join(dict.fromkeys([days[0], days[-1]])) if days else "on no day"
    return f"Measured {span} with {', '.join(versions) or 'nothing installed'}."


def _counts(rows: Sequence[Row]) -> str:
    ran = sum(row.vllm.ran for row in rows)
    other = sum(row.other is not None and row.other.ran for row in rows)
    return (
        f"{len(rows)} architectures: {ran} ran on vLLM, {other} more on another backend, "
        f"{len(rows) - ran - other} on neither."
    )
