"""Which labels of speakers are names that a question may use.

Labels come out of media: a subtitle "What: hello" would else make "What" a speaker, and every
question that begins with the word one about that speaker.
"""

from trikal.indexes.rules.choice import asking_words, is_little


def is_name(label: str) -> bool:
    """Tell whether a label can name somebody: it puts no question, and has more than little words.

    >>> [is_name(each) for each in ("Anita Rao", "CDR", "The Host", "What was filed", "that")]
    [True, True, True, False, False]
    """
    words = label.casefold().replace("_", " ").split()
    if asking_words() & {each.strip(".,;:?!\"'()[]") for each in words}:
        return False
    return any(not is_little(each) for each in words if any(map(str.isalnum, each)))


def stands_out(name: str) -> bool:
    """Tell whether a name differs from common words: "Storm", "S1", "तूफ़ान"; and not "storm"."""
    return name != name.lower() or name == name.upper() or any(map(str.isdigit, name))
