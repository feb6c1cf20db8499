"""The agent's graph: plan → retrieve (→ clarify → retrieve) → answer → verify."""

from typing import Any, Literal

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from trikal.graph.context import Context
from trikal.graph.nodes.answer import answer
from trikal.graph.nodes.clarify import clarify
from trikal.graph.nodes.plan import plan
from trikal.graph.nodes.retrieve import retrieve
from trikal.graph.nodes.verify import verify
from trikal.graph.state import AgentState, Question, Reply
from trikal.graph.verbatim import moments_to_quote

MOST_ASKED_BACK = 3
"""So often is the reader asked back about one question at most."""

Agent = CompiledStateGraph[AgentState, Context, Question, Reply]


def build_graph(checkpointer: BaseCheckpointSaver[Any] | None = None) -> Agent:
    """Compile the agent.

    Args:
        checkpointer: Where sessions are kept; none for a server, which brings its own.
    """
    graph = StateGraph(AgentState, context_schema=Context, input_schema=Question,
                       output_schema=Reply)
    graph.add_node("plan", plan)
    graph.add_node("retrieve", retrieve)
    graph.add_node("answer", answer)
    graph.add_node("verify", verify)
    graph.add_edge(START, "plan")
    graph.add_conditional_edges("plan", route_by_plan)
    graph.add_node("clarify", clarify)
    graph.add_conditional_edges("retrieve", route_by_found)
    graph.add_edge("clarify", "retrieve")
    graph.add_edge("answer", "verify")
    graph.add_edge("verify", END)
    return graph.compile(checkpointer=checkpointer, name="trikal")


def route_by_plan(state: AgentState) -> Literal["retrieve", "verify"]:
    """Search for nothing where the question is about the moment that was shown last."""
    return "verify" if state["plan"]["fact"] else "retrieve"


def route_by_found(
    state: AgentState, runtime: Runtime[Context]
) -> Literal["clarify", "answer", "verify"]:
    """Ask back where the reader can be asked; spare the chat model where it is not needed.

    It is not where nothing was found, and where the moment itself is the answer.
    """
    doubtful = state["doubts"] and len(state.get("asked_back", [])) < MOST_ASKED_BACK
    if doubtful and runtime.context and runtime.context.asks_back:
        return "clarify"
    return "verify" if state["support"] or moments_to_quote(state["plan"]) else "answer"
