"""What a person chose: by a choice's text, by its number, or by saying nothing."""

from collections.abc import Sequence


def chosen(reply: object, choices: Sequence[str], *, default: int = 0) -> int | None:
    """Return which choice a reply means, from 0, or ``None``.

    Args:
        reply: A choice's text in any case, its number from 1, or nothing for the default.
        choices: What can be chosen.
        default: What nothing means.
    """
    text = " ".join(str("" if reply is None else reply).split()).casefold()
    if not text:
        return default
    if text.isdecimal() and 1 <= int(text) <= len(choices):
        return int(text) - 1
    folded = [" ".join(each.split()).casefold() for each in choices]
    return folded.index(text) if text in folded else None
