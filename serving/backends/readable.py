"""Text as native engines can take it."""

from typing import Final

LONGEST_TEXT: Final = 4_000
"""So many characters of a text are embedded; what follows is not read."""


def readable(text: str, longest: int) -> str:
    """Return what a C string in UTF-8 can hold of a text.

    Args:
        text: Any string; NUL becomes a space and a lone surrogate a question mark.
        longest: How many characters to keep.
    """
    whole = text[:longest].replace("\x00", " ")
    return whole.encode("utf-8", errors="replace").decode("utf-8")
