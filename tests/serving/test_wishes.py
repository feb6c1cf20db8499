"""Wishes in people's words become tasks for the router."""

from hypothesis import given
from hypothesis import strategies as st

from tests.every import every
from trikal.serving.roles import Role
from trikal.serving.tasks import Modality
from trikal.serving.wishes import read_task


@every(("words", "role", "modality", "language"), [
    ("transcribe a Hindi lecture", Role.ASR, Modality.AUDIO, "hi"),
    ("Make subtitles for a Tamil film", Role.ASR, Modality.AUDIO, "ta"),
    ("speech to text", Role.ASR, Modality.AUDIO, None),
    ("hear what is said", Role.ASR, Modality.AUDIO, None),
    ("read this aloud in Telugu", Role.TTS, Modality.TEXT, "te"),
    ("speak Marathi", Role.TTS, Modality.TEXT, "mr"),
    ("narrate the summary", Role.TTS, Modality.TEXT, None),
    ("a talking head", Role.AVATAR, Modality.IMAGE, None),
    ("frames that look like this one", Role.IMAGE_EMBEDDING, Modality.IMAGE, None),
    ("find similar pictures", Role.IMAGE_EMBEDDING, Modality.IMAGE, None),
    ("OCR", Role.OCR, Modality.IMAGE, None),
    ("read the slides", Role.OCR, Modality.IMAGE, None),
    ("text on a screen in Bengali", Role.OCR, Modality.IMAGE, "bn"),
    ("caption every shot", Role.VISION, Modality.IMAGE, None),
    ("describe the picture", Role.VISION, Modality.IMAGE, None),
    ("re-rank the hits", Role.RERANK, Modality.TEXT, None),
    ("embed these passages", Role.TEXT_EMBEDDING, Modality.TEXT, None),
    ("vectors of German text", Role.TEXT_EMBEDDING, Modality.TEXT, "de"),
    ("What damaged the dome?", Role.CHAT, Modality.TEXT, None),
    ("", Role.CHAT, Modality.TEXT, None),
])
def test_a_wish_becomes_a_task(
    words: str, role: Role, modality: Modality, language: str | None
) -> None:
    task = read_task(words)
    assert (task.role, task.modality, task.language) == (role, modality, language)


@every("word", ["no", "so", "to", "is", "he", "even"])
def test_english_words_are_no_languages(word: str) -> None:
    assert read_task(f"transcribe {word} lecture").language is None


def test_case_makes_no_difference() -> None:
    assert read_task("TRANSCRIBE A HINDI LECTURE") == read_task("transcribe a hindi lecture")


@given(st.text(max_size=80))
def test_any_words_are_a_task(words: str) -> None:
    assert read_task(words).role in Role
