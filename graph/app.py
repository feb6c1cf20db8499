"""The compiled agent, bare, for ``langgraph.json``: a server brings its own checkpointer."""

from trikal.graph.build import build_graph

agent = build_graph()
