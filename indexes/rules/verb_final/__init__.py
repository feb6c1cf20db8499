"""Reads questions of languages whose verb stands last and whose words of order follow the event.

"तूफान के बाद क्या कहा गया?" puts the event first, the word of order behind it, and the question
last; the Dravidian languages and Marathi glue that word to the event. A language is a table
(``hi.toml`` and its like, one folder up); the modules here know how its phrases combine. A phrase
is written once, in the language's own script: `romanising` makes of it a pattern for the same words
in Latin letters, however they are spelled.
"""

from trikal.indexes.rules.verb_final.reader import VerbFinalReader
from trikal.indexes.rules.verb_final.table import Table, table

__all__ = ["Table", "VerbFinalReader", "table"]
