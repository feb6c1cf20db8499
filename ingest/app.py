"""The compiled ingest, bare, for ``langgraph.json``: a server brings its own checkpointer."""

from trikal.ingest.graph import build_ingest

ingest = build_ingest()
