"""A question that was spoken: what was asked, and in which language."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from trikal.errors import BadInput
from trikal.media.probe import probe
from trikal.serving.roles import Transcriber, Utterance
from trikal.tools.language_alarm import Doubt, alarmed
from trikal.tools.recorded import read_recording
from trikal.tools.transcribe import transcribe
from trikal.tools.unheard import unheard
from trikal.writing import COMMONEST, LATIN, language_of, main_letters

LONGEST_S: Final = 300
"""Seconds that a spoken question may last."""


@dataclass(frozen=True, kw_only=True)
class SpokenQuestion:
    """A question as it was heard.

    Attributes:
        text: What was asked.
        language: BCP-47 tag of the language that most of it was heard in.
        doubt: Why the language may be wrong, and what to do; empty where nothing speaks for that.
        missing: What of the recording cannot be heard; empty where nothing is missing.
        named: Whether the language was named by who asked.
    """

    text: str
    language: str
    doubt: str = ""
    missing: str = ""
    named: bool = False

    @property
    def likeliest(self) -> str:
        """The language to answer in: what was heard; where that is doubted, what letters tell.

        Letters of its own script speak for a language, Latin ones for English alone.
        """
        if self.named or not self.doubt:
            return self.language
        if main_letters(self.text) == LATIN:
            return COMMONEST[LATIN]
        return language_of(self.text, self.language)


def heard_question(
    path: Path, transcriber: Transcriber, *, language: str | None = None
) -> SpokenQuestion:
    """Hear a question.

    Args:
        path: Any file with sound, of at most `LONGEST_S` seconds.
        transcriber: What listens.
        language: BCP-47 tag of the speech; detected when not given.

    Raises:
        BadInput: Nobody speaks in the file, or for too long.
        MediumUnreadable: It cannot be read.
        ModelError: The transcriber failed.
    """
    read_recording(path, longest_s=LONGEST_S)
    info = probe(path)
    heard = alarmed([*transcribe(path, transcriber, info=info, language=language)],
                    named=language is not None)
    text = " ".join(each.text for each in heard.utterances).strip()
    if not any(map(str.isalnum, text)):
        raise BadInput(f"No speech is heard in {path}: music or noise, perhaps, or too faint. Ask "
                       "again, nearer to the microphone.")
    tag = _main_language(heard.utterances)
    return SpokenQuestion(text=text, language=tag,
                          doubt=_told(tag, heard.doubts, named=language is not None),
                          missing=unheard(path, info) or "", named=language is not None)


def _main_language(utterances: Sequence[Utterance]) -> str:
    spoken: Counter[str] = Counter()
    for each in utterances:
        spoken[each.language] += max(each.end_ms - each.start_ms, 1)
    return spoken.most_common(1)[0][0]


def _told(tag: str, doubts: Sequence[Doubt | None], *, named: bool) -> str:
    reasons = ", ".join(dict.fromkeys(doubt for doubt in doubts if doubt))
    if not reasons:
        return ""
    remedy = "" if named else "name it with --language, or "
    return (f"the question was perhaps heard in the wrong language, {tag}: {reasons}; {remedy}"
            "choose a better model (trikal models)")
