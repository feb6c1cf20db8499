"""Macros: parts of patterns that a language's table names once and uses in many phrases."""

import re
from collections.abc import Mapping

_MACRO = re.compile(r"\{([a-z][a-z_0-9]*)\}")


def spelled_out(phrase: str, macros: Mapping[str, str]) -> str:
    """Put the macros in the place of their names in braces, and those that they name in turn.

    Raises:
        KeyError: There is no macro of a name.
    """
    while (spelled := _MACRO.sub(lambda name: macros[name[1]], phrase)) != phrase:
        phrase = spelled
    return phrase
