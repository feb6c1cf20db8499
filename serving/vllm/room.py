"""Whether there can be room for a model at all: told before anything is made or fetched for it."""

from trikal.errors import ModelUnavailable
from trikal.serving.catalog import Backend, Catalog, Model
from trikal.serving.hardware import Hardware
from trikal.serving.vllm.flags import GPU_SHARE, OVERHEAD_MB

_BYTES = 2  # of a parameter in bfloat16
_MB = 1 << 20


def expect_room(model: Model, hardware: Hardware, catalog: Catalog) -> None:
    """See that the weights of a model alone do not fill the machine.

    vLLM's environment takes minutes and gigabytes to make, and weights take more: what cannot fit
    is refused before. How long the context can be is decided later, from the model's own files.

    Args:
        model: What is to be served.
        hardware: What the machine has.
        catalog: Where something that fits is looked for.

    Raises:
        ModelUnavailable: They do; the message says how much is needed and what fits.
    """
    needed, free = _needed_mb(model, hardware), _free_mb(hardware)
    if needed <= free:
        return
    kind = "GPU memory" if hardware.gpus else "memory"
    raise ModelUnavailable(
        f"{model.name} needs at least {needed:,} MB of {kind} on vLLM, and {free:,} MB are free. "
        f"{_what_fits(model, hardware, catalog)}"
    )


def _needed_mb(model: Model, hardware: Hardware) -> int:
    weights_mb = (model.parameters or 0) * _BYTES // _MB
    return weights_mb + (0 if hardware.gpus else OVERHEAD_MB)


def _free_mb(hardware: Hardware) -> int:
    if not hardware.gpus:
        return hardware.free_mb
    return int(sum(gpu.free_mb for gpu in hardware.gpus) * GPU_SHARE)


def _what_fits(model: Model, hardware: Hardware, catalog: Catalog) -> str:
    fitting = [other for other in catalog.for_role(model.role)
               if other.parameters and (Backend.VLLM in other.backends or other.format)
               and _needed_mb(other, hardware) <= _free_mb(hardware)]
    if not fitting:
        return ("Nothing for its role fits on vLLM: free some memory, or let Trikal run a smaller "
                "model without it (see: trikal models).")
    best = max(fitting, key=lambda other: other.parameters or 0)
    return (f"What fits: {best.name} ({_needed_mb(best, hardware):,} MB), with: "
            f"trikal vllm up {best.name}")
