"""The models that tools ask for."""

from typing import TYPE_CHECKING, Protocol

from trikal.serving.roles import Avatar, Describer, Diariser, ScreenReader, Transcriber, Voice

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


class ToolModels(Protocol):
    """The models that tools ask for, each only when it is needed."""

    def chat(self) -> "BaseChatModel":
        """Give the chat model."""

    def transcriber(
        self, language: str | None = None, *, model: str | None = None
    ) -> Transcriber:
        """Give the asr model, for a language, or a certain one."""

    def keener_transcriber(self, language: str | None = None) -> Transcriber | None:
        """Give an asr model that hears better than the usual one, if one is ready."""

    def diariser(self) -> Diariser:
        """Give the diarisation model."""

    def screen_reader(self) -> ScreenReader:
        """Give the ocr model."""

    def describer(self) -> Describer:
        """Give the vision model."""

    def voice(self, language: str = "en") -> Voice:
        """Give a voice for a language."""

    def avatar(self) -> Avatar:
        """Give the avatar model."""
