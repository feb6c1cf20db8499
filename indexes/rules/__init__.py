"""Rules that read time out of a question: exact, free, and usable with no model at all.

The phrases of each language are data (``en.toml``, ``hi.toml``); the modules here only know how
they combine, those of `verb_final` for languages whose verb stands last. Which language a question
is in is told from its script and its little words (`choice`). A question may name windows on a
clock (`clock`), media, days and speakers (`scopes`), and may hang what it asks for on other events
(`clauses`), which are read in turn (`events`). What stands in quotes is never read as being about
time: it is what somebody said, not how the question is put.
"""

from trikal.indexes.rules.choice import language_of
from trikal.indexes.rules.media_names import called_first, media_called
from trikal.indexes.rules.names import is_name
from trikal.indexes.rules.questions import (
    asks_how_long_it_took,
    asks_when,
    read_question,
    relations_named,
    tells_length,
    topic_of,
)
from trikal.indexes.rules.reading import Reading
from trikal.indexes.rules.reports import (
    Teller,
    as_said,
    asks_in_report,
    reported_clause,
    teller_of,
)
from trikal.indexes.rules.scopes import NO_NAMES, Vocabulary

__all__ = [
    "NO_NAMES", "Reading", "Teller", "Vocabulary", "as_said", "asks_how_long_it_took",
    "asks_in_report", "asks_when", "called_first", "is_name", "language_of", "media_called",
    "read_question", "relations_named", "reported_clause", "teller_of", "tells_length", "topic_of",
]
