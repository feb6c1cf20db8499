"""Settings of tests that start a real vLLM server."""

import os
from pathlib import Path
from typing import Any

from trikal.settings import Settings


def vllm_settings(archive: Path) -> Settings:
    """Return settings for an archive, with the cache and the Python that the environment names."""
    given: dict[str, Any] = {"archive": archive, "request_timeout_s": 300}
    if cache := os.environ.get("TRIKAL_TEST_VLLM_CACHE"):
        given["cache_dir"] = Path(cache)
    if python := os.environ.get("TRIKAL_TEST_VLLM_PYTHON"):
        given["vllm_python"] = Path(python)
    return Settings(**given)
