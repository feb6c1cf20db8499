"""One file a node of the agent graph."""
