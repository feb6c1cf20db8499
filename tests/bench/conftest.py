"""The benchmarks belong to a checkout; an installed package has none to test."""

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("bench") else ["test_*.py"]
