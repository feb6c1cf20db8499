"""Trikal: ask a video and audio archive, and be shown the moment that proves the answer.

The name is Sanskrit for the three times: before, during and after. The folders at the
repository's root import as ``trikal.<folder>``; this package itself holds what every floor
needs: settings, errors, moments, timecodes, and the archive's catalogue.
"""

from importlib.metadata import version

__version__ = version("trikal")
