"""What a person wants of a model, in their own words, put as a task for the router."""

import re
from collections.abc import Mapping
from functools import cache

from trikal.serving.language_names import tags_by_name
from trikal.serving.roles import Role
from trikal.serving.tasks import Modality, Task

_RULES: tuple[tuple[str, Role, Modality], ...] = (
    (r"\btranscri\w+|\bsubtitles?\b|\bspeech to text\b|\bhear\b", Role.ASR, Modality.AUDIO),
    (r"\bspeak\b|\bread \w+ (?:aloud|out)\b|\bread out\b|\bsay \w+ aloud\b|\btext to speech\b"
     r"|\bnarrate\b", Role.TTS, Modality.TEXT),
    (r"\btalking head\b|\bavatar\b", Role.AVATAR, Modality.IMAGE),
    (r"\blooks? (?:a)?like (?:this|a) \w*|\bsimilar (?:pictures?|images?|frames?)\b",
     Role.IMAGE_EMBEDDING, Modality.IMAGE),
    (r"\bocr\b|\bread (?:the )?(?:screen|slides?|signs?)\b|\btext (?:on|in) (?:the |a )?"
     r"(?:screen|pictures?|images?|slides?|frames?)\b", Role.OCR, Modality.IMAGE),
    (r"\bcaptions?\b|\bdescribe (?:\w+ ){0,3}(?:pictures?|images?|frames?|photos?)\b",
     Role.VISION, Modality.IMAGE),
    (r"\bre-?rank\b", Role.RERANK, Modality.TEXT),
    (r"\bembed\w*\b|\bvectors?\b", Role.TEXT_EMBEDDING, Modality.TEXT),
)


def read_task(words: str) -> Task:
    """Read a task; whatever names no other is a question for the chat model.

    Args:
        words: As in ``transcribe a Hindi lecture``, or a question for the archive.
    """
    said = words.lower()
    for pattern, role, modality in _RULES:
        if re.search(pattern, said):
            return Task(role=role, modality=modality, language=_language(said))
    return Task(role=Role.CHAT)


def _language(said: str) -> str | None:
    names = _languages()
    return next((names[word] for word in re.findall(r"\w+", said) if word in names), None)


@cache
def _languages() -> Mapping[str, str]:
    """Return the tags of languages by their English names, of one word."""
    return {name: tag for name, tag in tags_by_name().items()
            if name.isalpha() and name not in _ENGLISH_WORDS}


# Names of languages that are English words of another meaning.
_ENGLISH_WORDS = frozenset({"even", "ga", "he", "is", "no", "so", "to", "mono", "fang", "lao"})
