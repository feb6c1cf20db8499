"""The agent's graph: plan, search and look side by side, judge, answer, verify, present.

``judge`` is where everything comes together: it lets waiting steps go on, has something looked at
again, lets the reader be asked or the plan be made anew, or lets the answer be written.
"""

from functools import cache
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from trikal.graph.context import Context
from trikal.graph.nodes.answer import answer
from trikal.graph.nodes.clarify import clarify
from trikal.graph.nodes.inspect import inspect
from trikal.graph.nodes.judge import judge
from trikal.graph.nodes.plan import plan
from trikal.graph.nodes.present import present
from trikal.graph.nodes.replan import replan
from trikal.graph.nodes.retrieve import retrieve
from trikal.graph.nodes.verify import verify
from trikal.graph.routing import (
    JUDGED,
    PLANNED,
    VERIFIED,
    route_by_judgement,
    route_by_plan,
    route_by_reply,
)
from trikal.graph.state import AgentState, Question, Reply, StepTask

Agent = CompiledStateGraph[AgentState, Context, Question, Reply]


def build_graph(checkpointer: BaseCheckpointSaver[Any] | None = None) -> Agent:
    """Return the agent, which any number of sessions may share.

    Args:
        checkpointer: Where sessions are kept; none for a server, which brings its own.
    """
    agent = _compiled()
    return agent.copy({"checkpointer": checkpointer}) if checkpointer else agent


@cache
def _compiled() -> Agent:
    """Compile the graph once: that takes as long as answering a question without models."""
    graph = StateGraph(AgentState, context_schema=Context, input_schema=Question,
                       output_schema=Reply)
    graph.add_node("plan", plan)
    graph.add_node("clarify", clarify)
    graph.add_node("retrieve", retrieve, input_schema=StepTask)
    graph.add_node("inspect", inspect, input_schema=StepTask)
    graph.add_node("judge", judge)
    graph.add_node("replan", replan)
    graph.add_node("answer", answer)
    graph.add_node("verify", verify)
    graph.add_node("present", present, input_schema=StepTask)
    graph.add_edge(START, "plan")
    graph.add_conditional_edges("plan", route_by_plan, PLANNED)
    graph.add_conditional_edges("clarify", route_by_plan, PLANNED)
    graph.add_conditional_edges("replan", route_by_plan, PLANNED)
    graph.add_edge("retrieve", "judge")
    graph.add_edge("inspect", "judge")
    graph.add_conditional_edges("judge", route_by_judgement, JUDGED)
    graph.add_edge("answer", "verify")
    graph.add_conditional_edges("verify", route_by_reply, VERIFIED)
    graph.add_edge("present", "judge")
    return graph.compile(name="trikal")
