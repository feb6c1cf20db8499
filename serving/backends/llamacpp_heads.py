"""Heads of prompts that llama.cpp has read, kept on the disk for the next process.

Most of a prompt is the same for every question, and reading it takes a small processor a second or
two. What came of the reading (the state of a slot, 1 to 3 MB) is written once, and read back in
milliseconds. A head holds Trikal's own words, and nothing of a user's.
"""

import glob
import hashlib
import json
import logging
import os
import secrets
import shutil
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from trikal.serving.backends.made_files import fingerprint, is_unused, note_use

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage
    from openai import OpenAI

_log = logging.getLogger(__name__)

_DIGITS: Final = 16
_SUFFIX: Final = ".head"


def heads_folder(cache: Path, weights: Path, made_by: object) -> Path:
    """Return the folder in which the heads of one model are kept; it need not exist.

    Args:
        cache: The folder of all heads.
        weights: The model's file.
        made_by: Whatever else a state depends on, such as the context's length.

    Raises:
        OSError: The weights cannot be read.
    """
    return cache / f"{weights.stem}-{fingerprint(weights, version('xllamacpp'), made_by)}"


class Heads:
    """Reads heads into the slots of one llama.cpp server, or takes them from the disk.

    What goes wrong is logged and otherwise nobody's loss: a prompt is then read as a whole.

    Args:
        client: Speaks to the server, its key included.
        url: The server's address.
        folder: Where states lie, the one that the server was told to write to; ``None`` where
            nothing can be kept, and heads are read for this server alone.
        slots: How many the server has; no more heads than that are kept.
    """

    def __init__(self, client: "OpenAI", url: str, folder: Path | None, slots: int) -> None:
        self._client = client
        self._url = url
        self._folder = folder
        self._slots = slots
        self._known: set[str] = set()

    def restore(self) -> None:
        """Take what is kept into the server's slots, a head each."""
        if not self._folder:
            return
        try:
            for slot, file in enumerate(_newest(self._folder)[: self._slots]):
                head, _, sum_ = file.stem.partition("-")
                if _digest(file.read_bytes()) != sum_:
                    raise ValueError(f"{file} is damaged")
                self._act(slot, "restore", file.name)
                self._known.add(head)
        except Exception as exc:
            _log.info("no heads of prompts are taken from %s: %s", self._folder, exc)
            for file in self._folder.glob(f"*{_SUFFIX}"):
                file.unlink(missing_ok=True)

    def read(self, head: "Sequence[BaseMessage]") -> None:
        """Read the beginning of a prompt, and keep it; nothing is done where that is done.

        Args:
            head: Messages with which prompts begin; of the last one only the beginning is shared.
        """
        from langchain_core.messages import convert_to_openai_messages

        messages = convert_to_openai_messages(list(head))
        name = _digest(json.dumps(messages).encode())
        if name in self._known:
            return
        try:
            prompt = self._ask("/apply-template", {"messages": messages})["prompt"]
            slot = self._ask("/completion", {"prompt": prompt, "n_predict": 1})["id_slot"]
            self._known.add(name)
            if self._folder:
                self._keep(slot, name, self._folder)
        except Exception as exc:
            _log.info("a head of prompts is not kept in %s: %s", self._folder, exc)

    def _keep(self, slot: int, name: str, folder: Path) -> None:
        """Write a slot's state as ``<head>-<its sum>.head``; older ones than fit go."""
        partial = folder / f"{secrets.token_hex(8)}.partial"
        try:
            self._act(slot, "save", partial.name)
            sum_ = _digest(partial.read_bytes())
            partial.replace(folder / f"{name}-{sum_}{_SUFFIX}")
        finally:
            partial.unlink(missing_ok=True)
        for file in _newest(folder)[self._slots :]:
            file.unlink(missing_ok=True)

    def _act(self, slot: int, action: str, name: str) -> None:
        self._ask(f"/slots/{slot}?action={action}", {"filename": name})

    def _ask(self, path: str, body: dict[str, Any]) -> Any:
        return self._client.post(f"{self._url}{path}", cast_to=object, body=body)


def prepared(folder: Path) -> str:
    """Make the folder, and drop those of the same model that no version has used for a day.

    Returns:
        The folder as llama.cpp wants to be told, with a separator at its end; an empty text where
        it cannot be made.
    """
    model = folder.name.rpartition("-")[0]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        note_use(folder)
        for other in folder.parent.glob(f"{glob.escape(model)}-{'?' * _DIGITS}"):
            if other != folder and is_unused(other):
                shutil.rmtree(other, ignore_errors=True)
    except OSError as exc:
        _log.info("no heads of prompts are kept: %s", exc)
        return ""
    return f"{folder}{os.sep}"


def _newest(folder: Path) -> list[Path]:
    """Return the kept states, the last written first."""
    kept = folder.glob(f"*{_SUFFIX}")
    return sorted(kept, key=lambda file: file.stat().st_mtime, reverse=True)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:_DIGITS]
