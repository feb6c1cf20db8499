"""A question that was read as order in time, and found nothing, is searched for as it stands.

Not every "until" or "when" hangs one event on another: "220 shopping days left until Christmas" is
one thing that somebody says. Where the events cannot be found, or nothing lies beside them, the
whole question is one more search; what that finds has to name some of what was looked for, or a
question about the event itself would be answered.
"""

from typing import Final

from trikal.graph.acts import by_step
from trikal.graph.planning.plans import OUTPUTS, Find
from trikal.graph.state import AgentState
from trikal.indexes.temporal import Ask, TemporalQuery

PLAINLY: Final = "plainly"
"""How the step of such a search is called."""


def asked_plainly(state: AgentState) -> Find | None:
    """Return the search for the whole question, where it could find what another did not."""
    plan = state["plan"]
    steps = plan.get("steps", [])
    main = by_step(state.get("acts", [])).get(plan.get("main", ""))
    if main is None or main["status"] != "done" or not main["lacking"] or plan["problem"]:
        return None
    if any(each["id"] == PLAINLY or each["do"] in OUTPUTS for each in steps):
        return None
    query = TemporalQuery.model_validate(plan["query"])
    anchored = query.anchored
    if anchored is None or not query.target or query.ask is not Ask.MOMENTS:
        return None
    if not all(event.target for event in anchored.events):  # it leans on what was shown last
        return None
    asked = TemporalQuery(target=state["question"], scope=query.scope)
    return Find(id=PLAINLY, query=asked, naming=query.target[:300])
