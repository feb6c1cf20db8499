"""What all adapters on ``transformers`` share: loading once, on the best device, and letting go."""

import gc
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from trikal.errors import BackendFailed, ModelUnavailable

_FAILURES = (RuntimeError, ValueError, TypeError, IndexError, KeyError, AttributeError)
_FAILURES_TO_LOAD = (OSError, ImportError, *_FAILURES)
_QUOTED_CHARS = 200


class TorchModel:
    """A model of the ``transformers`` library and what prepares its inputs, loaded on first use.

    Calls are made one at a time: a model's own threads already use every core, and a GPU's memory
    is measured for one.

    Args:
        name: The model's name in the catalogue.
        source: A folder of weights, or a hub id.
        load: Makes ``(model, processor)`` from the source.
        threads: CPU threads; as torch chooses when not given.
    """

    def __init__(
        self,
        name: str,
        source: Path | str,
        load: Callable[[str], tuple[Any, Any]],
        *,
        threads: int | None = None,
    ) -> None:
        self._name = name
        self._source = str(source)
        self._make = load
        self._threads = threads
        self._lock = threading.RLock()
        self._loaded: tuple[Any, Any] | None = None

    @property
    def name(self) -> str:
        """Model and backend."""
        return f"{self._name}/transformers"

    @contextmanager
    def running(self) -> Iterator[tuple[Any, Any]]:
        """Hold the loaded ``(model, processor)`` for one call, without gradients.

        Raises:
            ModelUnavailable: The extra is missing, or the weights cannot be had.
            BackendFailed: The model failed on what it was given, or memory ran out.
        """
        with self._lock:
            model, processor = self._load()
            import torch

            try:
                with torch.inference_mode():
                    yield model, processor
            except _FAILURES as exc:
                raise BackendFailed(_failure(self.name, exc)) from exc

    def close(self) -> None:
        """Give the memory back; the next call loads again."""
        with self._lock:
            if self._loaded is None:
                return
            self._loaded = None
            gc.collect()  # modules and their hooks refer to each other
            import torch

            if torch.cuda.is_available():
                torch.cuda.empty_cache()

    def _load(self) -> tuple[Any, Any]:
        if self._loaded is None:
            self._loaded = self._build()
        return self._loaded

    def _build(self) -> tuple[Any, Any]:
        if find_spec("torch") is None or find_spec("transformers") is None:
            raise ModelUnavailable(
                f"{self._name} needs torch and transformers, which are not installed. Install "
                'them with: pip install "trikal[torch]"'
            )
        import torch

        if self._threads:
            torch.set_num_threads(self._threads)
        try:
            model, processor = self._make(self._source)
            return model.to(device()).eval(), processor
        except _FAILURES_TO_LOAD as exc:
            raise ModelUnavailable(
                f"{self._name} cannot be loaded from {self._source} ({_first_line(exc)}). Fetch "
                f"it with: trikal models pull {self._name}"
            ) from exc


def device() -> str:
    """Return where models run: ``cuda`` where there is one, else ``cpu``."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def number_type() -> Any:
    """Return the numbers that models are loaded in: bfloat16 on a GPU, float32 on a CPU."""
    import torch

    return torch.bfloat16 if torch.cuda.is_available() else torch.float32


def _failure(name: str, exc: Exception) -> str:
    if "out of memory" in str(exc).lower():
        return (
            f"{name} ran out of memory. Free some, choose a smaller model, or set the role's URL "
            "to a server."
        )
    return (
        f"{name} failed on what it was given ({_first_line(exc)}). Give it less at once, or "
        "choose another model."
    )


def _first_line(exc: Exception) -> str:
    lines = str(exc).strip().splitlines() or [type(exc).__name__]
    return lines[0][:_QUOTED_CHARS]
