"""Bringing a model's weights onto this machine, wherever they come from."""

from importlib import metadata
from pathlib import Path

from trikal.errors import ModelUnavailable
from trikal.serving.carriers import place_weights
from trikal.serving.catalog import CarrierWeights, HubWeights, LibraryWeights, Model
from trikal.serving.hub import pull


def fetch(model: Model, cache_dir: Path) -> Path | None:
    """Fetch and check a model's files.

    From a hub they are pulled; out of carriers they are joined. What packages bring is not
    installed for the user: the message names the command.

    Args:
        model: The model.
        cache_dir: Where weights out of carriers are joined.

    Returns:
        The folder of the files; ``None`` when they are inside an installed library.

    Raises:
        ModelUnavailable: The hub does not give them, or their packages are not installed.
        WeightsCorrupt: A file is not what it should be.
    """
    if isinstance(model.weights, HubWeights):
        return pull(model.weights)
    if isinstance(model.weights, CarrierWeights):
        return place_weights(model, cache_dir)
    _require_library(model, model.weights)
    return None


def _require_library(model: Model, weights: LibraryWeights) -> None:
    try:
        found = metadata.version(weights.package)
    except metadata.PackageNotFoundError:
        found = "none"
    if found != weights.version:
        raise ModelUnavailable(
            f"{model.name} comes inside {weights.package} {weights.version}, and {found} is "
            f"installed. Install it with: {weights.install}"
        )
