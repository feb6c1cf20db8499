"""The answer in another language, to be said aloud; kept only as far as code can check it.

Meaning cannot be proven across languages, so every sentence must pass what can: it is written in
the language's script, has the same figures, is of a like length, and lies near the original in the
space of the multilingual embedding model. A sentence that fails leaves the whole text as it was.
"""

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

import langcodes
from babel import Locale

from trikal.graph.prompts import translate_messages
from trikal.graph.weighing.support import CROSS_SCRIPT_THRESHOLD
from trikal.serving.backends.openai_errors import map_errors
from trikal.tools.relevance import Relevance
from trikal.tools.verification import sentences
from trikal.writing import LATIN, main_letters, own_letters

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_FIGURE: Final = re.compile(r"\d+")
_MOST_TOKENS: Final = 200
_LENGTHS: Final = (0.3, 3.0)


def is_foreign(text: str, language: str) -> bool:
    """Tell whether a text is not in a language, as far as its script shows."""
    if LATIN in own_letters(language) and langcodes.Language.get(language).language != "en":
        return True  # its letters do not tell it from English
    return main_letters(text) not in own_letters(language)


def translated(
    text: str, language: str, chat: "BaseChatModel", relevance: Relevance
) -> tuple[str, str]:
    """Return a text in another language, and why it was left as it was; empty when it was not.

    Args:
        text: The text.
        language: BCP-47 tag of the language.
        chat: What translates.
        relevance: Measures how near the two are.

    Raises:
        ModelError: A model or its server failed.
    """
    name = str(Locale("en").languages.get(langcodes.Language.get(language).language or "",
                                          language))
    said = []
    for sentence in sentences(text):
        with map_errors("the chat model"):
            reply = chat.invoke(translate_messages(sentence, name), max_tokens=_MOST_TOKENS)
        draft = " ".join(str(reply.text).split())
        if fault := _fault(sentence, draft, language, relevance):
            return text, f"{name}: “{draft[:60]}” {fault}"
        said.append(draft)
    return " ".join(said), ""


def _fault(original: str, draft: str, language: str, relevance: Relevance) -> str:
    if not draft or draft == original or main_letters(draft) not in own_letters(language):
        return "is not written in it"
    if _figures(original) != _figures(draft):
        return "has other figures than the answer"
    least, most = _LENGTHS
    if not least <= len(draft) / max(len(original), 1) <= most:
        return "is much shorter or longer than the answer"
    (cosine,) = relevance.cosines(original, [draft])
    if relevance.margin(original, cosine) < CROSS_SCRIPT_THRESHOLD:
        return "does not mean the same, as far as can be measured"
    return ""


def _figures(text: str) -> Counter[int]:
    return Counter(int(each) for each in _FIGURE.findall(text))
