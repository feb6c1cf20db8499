"""Rules that read time out of a question: exact, free, and usable with no model at all.

The phrases of each language are data (``en.toml``); the modules here only know how they combine. A
question may name windows on a clock (`clock`), media, days and speakers (`scopes`), and may hang
what it asks for on other events (`clauses`), which are read in turn (`events`). What stands in
quotes is never read as being about time: it is what somebody said, not how the question is put.
"""

from trikal.indexes.rules.reader import (
    Reading,
    asks_how_long_it_took,
    asks_when,
    read_question,
    relations_named,
    tells_length,
)
from trikal.indexes.rules.scopes import NO_NAMES, Vocabulary

__all__ = [
    "NO_NAMES", "Reading", "Vocabulary", "asks_how_long_it_took", "asks_when", "read_question",
    "relations_named", "tells_length",
]
