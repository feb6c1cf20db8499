"""Fences: what stands between them in a prompt is data, never an instruction."""

from typing import Final

LONGEST_FENCED: Final = 320
"""Longer text is shortened for the model, not for the reader."""


def fenced(text: str) -> str:
    """Make a text safe to stand between fences: one line, no fence inside, not too long."""
    flat = " ".join(text.replace("<<", "‹").replace(">>", "›").split())
    if len(flat) <= LONGEST_FENCED:
        return flat
    return flat[:LONGEST_FENCED].rsplit(" ", 1)[0] + " …"
