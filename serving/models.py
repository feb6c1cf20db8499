"""The models of one run: chosen, built once, shared by threads, and closed together."""

import logging
import threading
import time
from collections.abc import Hashable, Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self, cast

from trikal.errors import ModelError, ModelUnavailable
from trikal.serving.breaker import Breakers
from trikal.serving.calls import Gates
from trikal.serving.carriers import place_weights
from trikal.serving.catalog import CarrierWeights, Catalog, HubWeights, Model, load_catalog
from trikal.serving.desk import Desk
from trikal.serving.hub import pulled
from trikal.serving.notices import notice
from trikal.serving.observed import Observed
from trikal.serving.pool import POOL
from trikal.serving.readiness import lacks_of
from trikal.serving.reports import REPORTED_ROLES, SWITCHED_OFF, RoleReport, report_role
from trikal.serving.roles import (
    Avatar,
    ChatBackend,
    Describer,
    Diariser,
    Embedder,
    ImageEmbedder,
    ReadsAhead,
    Reranker,
    Role,
    ScreenReader,
    Transcriber,
    Voice,
)
from trikal.serving.router import rank
from trikal.serving.situation import gather
from trikal.serving.tasks import Choice, Situation, Size, Task
from trikal.serving.triage import Verdict, triage
from trikal.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_log = logging.getLogger(__name__)

_UNRANKED_S = 10.0  # so long it is held that nothing reranks: most have nothing, and search often


class Writer(NamedTuple):
    """A chat backend of this machine that reads ahead.

    Attributes:
        backend: It.
        plans: Whether it is the usual one, which plans too.
    """

    backend: ReadsAhead
    plans: bool


class Models:
    """The one object that hands models to the graph and to ingest.

    Each model is chosen by the router, built on first use, shared by all that run in this process,
    and left for the next when it fails; all methods may be called from several threads. Use it in
    a ``with`` block, or call :meth:`close`.

    Args:
        settings: Pins, URLs, the cache's folder, threads.
        catalog: The known models; Trikal's own when not given.
    """

    def __init__(self, settings: Settings, catalog: Catalog | None = None) -> None:
        self._settings = settings
        self._catalog = catalog or load_catalog()
        self._lock = threading.RLock()
        self._given: dict[tuple[Role, str, Size | None, str | None], Any] = {}
        self._held: dict[Hashable, Choice] = {}
        self._lacks: dict[Role, dict[str, str]] = {}
        self._unranked: dict[str | None, float] = {}
        self._breakers = Breakers()
        self._gates = Gates()
        self._last_verdict: tuple[str, Verdict | None] = "", None

    def chat(self, size: Size | None = None) -> "BaseChatModel":
        """Return the chat model, loaded and ready.

        Args:
            size: Which of several; the preferred one when it does not matter.

        Raises:
            ModelUnavailable: Nothing fills the role; see :func:`trikal.serving.router.rank`,
                which all methods of this class go through.
            BackendFailed: The configured server cannot be reached, and nothing else can chat.
        """
        chat = self._get(Role.CHAT, size=size)
        chat.desk.warm()
        return cast("BaseChatModel", chat)

    def answering(self, question: str) -> "tuple[BaseChatModel, Verdict | None]":
        """Return the chat model that a question is for, loaded, with the verdict of triage.

        The verdict is ``None`` where there is nothing to decide: triage is switched off, a chat
        model is pinned, a server chats, or only one model is here.

        Raises:
            ModelError: As :meth:`chat`.
        """
        verdict = self._verdict(question)
        return self.chat(verdict.size if verdict else None), verdict

    def expect(self, question: str) -> None:
        """Begin to load the chat model that a question is for, and do not wait for it.

        What stands in the way is told when the model is needed, if it is.
        """
        try:
            verdict = self._verdict(question)
            size = verdict.size if verdict else None
            backend = self._engine(self.rank(Task(role=Role.CHAT, size=size))[0])
        except ModelError as exc:
            _log.info("no chat model is loaded ahead: %s", exc)
            return
        if isinstance(backend, ReadsAhead):
            backend.begin()

    def writers(self, *, load: bool = True) -> Iterator[Writer]:
        """Yield what may write an answer on this machine and reads ahead, the usual one first.

        Nothing is yielded where a server chats.

        Args:
            load: Load each when its turn comes; else only what is loaded already is yielded.

        Raises:
            ModelError: As :meth:`chat`.
        """
        known: set[str] = set()
        for size in (None, *self._sizes()):
            choice = self.rank(Task(role=Role.CHAT, size=size))[0]
            if choice.url is not None or choice.runner in known:
                continue
            known.add(choice.runner)
            with self._lock:
                here = any(each.runner == choice.runner for each in self._held.values())
            if load:
                self.chat(size)
            if (load or here) and isinstance(backend := self._engine(choice), ReadsAhead):
                yield Writer(backend, plans=size is None)

    def _verdict(self, question: str) -> Verdict | None:
        """Return what triage says of a question; ``None`` where there is nothing to decide.

        The last verdict is kept: a question that was expected is not weighed again to be answered.
        """
        if not self._sizes():
            return None
        with self._lock:
            asked, verdict = self._last_verdict
        if verdict is None or asked != question:
            verdict = triage(question, self.embedder())
            with self._lock:
                self._last_verdict = question, verdict
        return verdict

    def _sizes(self) -> tuple[Size, ...]:
        """Return the sizes among which triage decides; none where there is nothing to decide."""
        if not self._settings.triage or Role.CHAT in self._settings.models:
            return ()
        runners = {self.rank(Task(role=Role.CHAT, size=size))[0].runner for size in Size}
        return tuple(Size) if len(runners) > 1 else ()

    def embedder(self) -> Embedder:
        """Return what makes text vectors."""
        return cast(Embedder, self._get(Role.TEXT_EMBEDDING))

    def reranker(self, language: str | None = None) -> Reranker | None:
        """Return what tells how well passages answer a question; ``None`` where nothing does.

        Nothing does where it is switched off, no model is ready, or what did failed a moment ago:
        a question is answered without it, in the order of the search, and does not wait for it.
        Asks no server, and loads nothing.

        Args:
            language: BCP-47 tag of the question's language, if that matters.

        Raises:
            BadInput: The settings pin a model that is none, or the language is no tag.
        """
        if not self._settings.rerank or time.monotonic() < self._unranked.get(language, 0.0):
            return None
        try:
            first = self.rank(Task(role=Role.RERANK, language=language))[0]
        except ModelUnavailable as exc:
            self._unranked[language] = time.monotonic() + _UNRANKED_S
            if Role.RERANK in self._settings.models:
                notice(str(exc))
            return None
        if first.runner in self._breakers.resting():
            return None
        return cast(Reranker, self._get(Role.RERANK, language))

    def transcriber(
        self, language: str | None = None, *, model: str | None = None
    ) -> Transcriber:
        """Return what hears speech, in one language or by one model if it matters."""
        return cast(Transcriber, self._get(Role.ASR, language, model))

    def keener_transcriber(self, language: str | None = None) -> Transcriber | None:
        """Return the largest model that hears here; ``None`` where that is the usual one.

        What the settings pin, or a server runs, is the usual one, and nothing is put before it.
        """
        usual, best = (self.rank(Task(role=Role.ASR, language=language, size=size))[0]
                       for size in (None, Size.LARGE))
        if (usual.runner, usual.url) == (best.runner, best.url):
            return None
        return cast(Transcriber, self._get(Role.ASR, language, size=Size.LARGE))

    def screen_reader(self) -> ScreenReader:
        """Return what reads text on pictures."""
        return cast(ScreenReader, self._get(Role.OCR))

    def voice(self, language: str = "en") -> Voice:
        """Return what speaks a language, given by its BCP-47 tag."""
        return cast(Voice, self._get(Role.TTS, language))

    def avatar(self) -> Avatar:
        """Return what lets a portrait speak: the settings' server or command, else Trikal's own.

        Raises:
            BadInput: The command of the settings names no places for its files.
        """
        from trikal.serving.remote_builders import outside_avatar

        return outside_avatar(self._settings) or cast(Avatar, self._get(Role.AVATAR))

    def diariser(self) -> Diariser:
        """Return what tells voices apart."""
        return cast(Diariser, self._get(Role.DIARISATION))

    def describer(self) -> Describer:
        """Return what describes pictures."""
        return cast(Describer, self._get(Role.VISION))

    def image_embedder(self) -> ImageEmbedder:
        """Return what makes picture vectors."""
        return cast(ImageEmbedder, self._get(Role.IMAGE_EMBEDDING))

    def rank(self, task: Task) -> tuple[Choice, ...]:
        """Return what can do a task, the chosen one first; loads nothing.

        Raises:
            ModelUnavailable: Nothing can.
        """
        return rank(task, self.situation(task.filled_by), self._catalog)

    def situation(self, role: Role) -> Situation:
        """Return everything that a decision about a role depends on at this moment."""
        with self._lock:
            if role not in self._lacks:
                self._lacks[role] = lacks_of(self._catalog.for_role(role))
            loaded = {choice.runner for choice in self._held.values()}
        return gather(
            self._settings,
            lacks=self._lacks[role],
            loaded=loaded,
            resting=self._breakers.resting() if self._settings.fallback else {},
        )

    def choice(
        self, role: Role, language: str | None = None, model: str | None = None
    ) -> Choice:
        """Return what would fill a role, and why; loads nothing.

        Args:
            role: The role.
            language: BCP-47 tag that it must be for, if that matters.
            model: The one model of the catalogue that is wanted for once, whatever the settings
                pin.

        Raises:
            ModelUnavailable: Nothing does.
        """
        return self.rank(Task(role=role, language=language, model=model))[0]

    def writes(self, language: str) -> bool:
        """Tell whether the chat model may be asked to write a language; loads nothing.

        Of a model that the catalogue does not know, as a server's may be, nothing is known: it may
        be asked, and what it writes must be looked at.

        Args:
            language: BCP-47 tag.
        """
        try:
            chosen = self.choice(Role.CHAT)
        except ModelUnavailable:
            return False
        entry = chosen.entry or self._catalog.served_as(chosen.served_as or chosen.model)
        return entry is None or entry.speaks(language)

    def choice_name(self, role: Role | str) -> str:
        """Return the name of what would fill a role, or ``none``; loads nothing."""
        try:
            return self.choice(Role(role)).model
        except ModelUnavailable:
            return "none"

    def describe_roles(self) -> list[RoleReport]:
        """Report on every role that this version can fill."""
        return [self._report(role) for role in REPORTED_ROLES]

    def _report(self, role: Role) -> RoleReport:
        if role is Role.RERANK and not self._settings.rerank:
            return RoleReport(role=role, missing=SWITCHED_OFF)
        return report_role(role, self.situation(role), self._catalog)

    def unload(self, role: Role | None = None) -> None:
        """Give the memory of a role's models back, or of all; a later call builds anew.

        A model that something else in this process uses stays until that lets go of it too.
        """
        with self._lock:
            gone = [key for key, choice in self._held.items() if role in (None, choice.role)]
            for key in gone:
                del self._held[key]
            self._given = {key: given for key, given in self._given.items()
                           if role not in (None, key[0])}
        for key in gone:
            POOL.release(key)

    def close(self) -> None:
        """Stop servers and give memory back; a later call builds anew."""
        self.unload()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()

    def _get(
        self,
        role: Role,
        language: str | None = None,
        model: str | None = None,
        size: Size | None = None,
    ) -> Any:
        task = Task(role=role, language=language, model=model, size=size)
        # What stands in for a reranker that fails has to read the question's language too.
        tongue = language if role is Role.RERANK else None
        key = (role, self.rank(task)[0].runner, size, tongue)
        with self._lock:
            if key not in self._given:
                self._given[key] = self._hand_out(task)
            return self._given[key]

    def _hand_out(self, task: Task) -> object:
        desk = Desk(lambda: self._able(task), self._build, self._breakers, self._gates)
        if task.role is not Role.CHAT:
            return Observed(task.role, desk)
        # Imported here because it takes more than a second, which only a question should pay.
        from trikal.serving.chat import FallbackChat

        return FallbackChat(desk=desk)

    def _able(self, task: Task) -> tuple[Choice, ...]:
        ranked = self.rank(task)
        return ranked if self._settings.fallback else ranked[:1]

    def _build(self, choice: Choice) -> Any:
        model = self._engine(choice)
        return cast(ChatBackend, model).chat_model() if choice.role is Role.CHAT else model

    def _engine(self, choice: Choice) -> Any:
        # A server that was started anew listens where the old one did, with another key.
        key = (choice.role, choice.runner, choice.url, choice.key, _shared(self._settings))
        with self._lock:
            held = key in self._held
        model = POOL.hold(key, lambda: self._built(choice))
        with self._lock:
            again = held or key in self._held
            self._held[key] = choice
        if again:
            POOL.release(key)
        return model

    def _built(self, choice: Choice) -> object:
        # Imported here because most of what asks about models has none made.
        if choice.entry is None:
            from trikal.serving.remote_builders import build_remote

            return build_remote(choice, self._settings)
        from trikal.serving.builders import build_local

        folder = self._folder(choice.entry)
        return build_local(choice.entry, choice.backend, folder, self._settings)

    def _folder(self, model: Model) -> Path:
        if isinstance(model.weights, CarrierWeights):
            return place_weights(model, self._settings.cache_dir)
        if isinstance(model.weights, HubWeights):
            return pulled(model.weights) or self._settings.cache_dir
        return self._settings.cache_dir


def _shared(settings: Settings) -> Hashable:
    """Return what of the settings makes two models of one name different."""
    return (settings.cache_dir, settings.threads, settings.language, settings.request_timeout_s,
            settings.chat_key, settings.vision_key, settings.asr_key, settings.text_embedding_key,
            settings.rerank_key, settings.tts_key, settings.tts_voice)
