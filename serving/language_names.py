"""Languages by their English names, as people and speech servers write them."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

# What Whisper and its servers call languages that the locale data call otherwise.
_ALSO: Final = MappingProxyType({
    "bengali": "bn", "castilian": "es", "farsi": "fa", "flemish": "nl", "haitian": "ht",
    "letzeburgesch": "lb", "mandarin": "zh", "maori": "mi", "moldavian": "ro", "moldovan": "ro",
    "myanmar": "my", "nynorsk": "nn", "oriya": "or", "panjabi": "pa", "pushto": "ps",
    "sinhalese": "si", "uighur": "ug", "valencian": "ca",
})


@cache
def tags_by_name() -> Mapping[str, str]:
    """Return the primary subtag of every language by its English name in lower case."""
    from babel import Locale

    names = Locale("en").languages
    known = {str(name).lower(): str(tag) for tag, name in names.items()
             if len(str(tag)) <= 3 and str(tag).isalpha()}
    return MappingProxyType({**known, **_ALSO})
