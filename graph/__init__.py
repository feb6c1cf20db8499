"""The agent: state, plan, nodes and the compiled LangGraph graph."""
