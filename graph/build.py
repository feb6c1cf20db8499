"""The agent's graph: plan → retrieve → answer → verify."""

from typing import Any, Literal

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from trikal.graph.context import Context
from trikal.graph.nodes.answer import answer
from trikal.graph.nodes.plan import plan
from trikal.graph.nodes.retrieve import retrieve
from trikal.graph.nodes.verify import verify
from trikal.graph.state import AgentState, Question, Reply
from trikal.graph.verbatim import moments_to_quote

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
    graph.add_conditional_edges("retrieve", route_by_support)
    graph.add_edge("answer", "verify")
    graph.add_edge("verify", END)
    return graph.compile(checkpointer=checkpointer, name="trikal")


def route_by_plan(state: AgentState) -> Literal["retrieve", "verify"]:
    """Search for nothing where the question is about the moment that was shown last."""
    return "verify" if state["plan"]["fact"] else "retrieve"


def route_by_support(state: AgentState) -> Literal["answer", "verify"]:
    """Spare the chat model where nothing was found, and where the moment itself is the answer."""
    return "verify" if state["support"] or moments_to_quote(state["plan"]) else "answer"
