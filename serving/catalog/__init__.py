"""The catalogue: every model that Trikal knows, and where its weights come from.

One TOML file a role; within a file the first model that is ready is used, so the ones that work
without a network stand before those that must be pulled from a hub. A model's weights are of one
of three kinds: ``carrier`` (files in packages of the Python index, checked by SHA-256),
``library`` (inside the backend's own library), ``hub`` (pulled by name).
"""

from trikal.serving.catalog.entries import Backend, Catalog, Model
from trikal.serving.catalog.loading import load_catalog, read_catalog
from trikal.serving.catalog.weights import (
    CarrierWeights,
    HubWeights,
    LibraryWeights,
    Part,
    WeightFile,
    Weights,
)

__all__ = [
    "Backend",
    "CarrierWeights",
    "Catalog",
    "HubWeights",
    "LibraryWeights",
    "Model",
    "Part",
    "WeightFile",
    "Weights",
    "load_catalog",
    "read_catalog",
]
