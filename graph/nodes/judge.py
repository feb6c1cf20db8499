"""Node judge: what was found is put together, and it is decided how to go on."""

import logging
from typing import Any, Final

from langgraph.config import get_stream_writer
from langgraph.runtime import Runtime

from trikal.errors import ModelError
from trikal.graph.acts import ActItem, act, by_step, ready, told, untold
from trikal.graph.announcing import unmade
from trikal.graph.budget import added
from trikal.graph.collating import collated, nearest, waiting
from trikal.graph.context import Context, Resources, resources_of
from trikal.graph.nodes.timing import Stopwatch
from trikal.graph.permissions import permissions
from trikal.graph.planning.asking_plainly import asked_plainly
from trikal.graph.planning.plans import OUTPUTS, SOURCES, step_data
from trikal.graph.planning.replanning import has_way_out
from trikal.graph.planning.second_look import second_look, with_second_look
from trikal.graph.planning.session_scope import elsewhere
from trikal.graph.routing import is_written
from trikal.graph.state import AgentState, DoubtItem, JudgementItem, Plan
from trikal.graph.weighing.model_check import ANSWERS, BAND, LEAST_SHARED, tells
from trikal.graph.weighing.promising import nearest_to
from trikal.graph.weighing.support import NOTHING_NEAR
from trikal.serving.notices import hearing, notice
from trikal.tools.verification import carried_share

_log = logging.getLogger(__name__)

MOST_ASKED_BACK: Final = 3
"""So often is the reader asked back about one question at most."""

MOST_ROUNDS: Final = 2
"""So often is a plan made anew at most."""


def judge(state: AgentState, runtime: Runtime[Context]) -> dict[str, Any]:
    """Put together what was found, and give the verdict that the run follows."""
    resources = resources_of(runtime)
    asks = bool(runtime.context and runtime.context.asks_back)
    with Stopwatch("judge") as watch, hearing() as notices:
        known = {} if is_written(state) else collated(state)
        case = _Case({**state, **known}, resources, asks=asks)  # type: ignore[typeddict-item]
        judgement = case.verdict()
    spent = added(state.get("spent"), watch.spent)
    if known:
        _show(case.state)
    get_stream_writer()({"event": "judgement", **judgement})
    return {**known, **case.update, "judgement": judgement,
            "notices": notices, "budget": resources.limits.item(spent), **watch.update}


def _show(state: AgentState) -> None:
    get_stream_writer()({"event": "evidence", "evidence": state["evidence"],
                         "steps": state["steps"]})


class _Case:
    """What was found so far, while it is judged."""

    def __init__(self, state: AgentState, resources: Resources, *, asks: bool) -> None:
        self.state = state
        self.update: dict[str, Any] = {}
        self._resources = resources
        self._asks = asks and len(state.get("asked_back", [])) < MOST_ASKED_BACK

    def verdict(self) -> JudgementItem:
        """Return the first verdict that anything speaks for."""
        self._leave_out_what_is_over()
        for step in (self._replan, self._ask, self._go_on, self._end):
            if judgement := step():
                return judgement
        if look := self._look_again():
            return look
        return self._enough()

    def _acts(self) -> list[ActItem]:
        return self.state.get("acts", [])

    def _leave_out_what_is_over(self) -> None:
        gone = left_out(self.state, self._resources)
        if gone:
            self._add(gone)
            notice(f"left out, for {gone[0]['why']}: {', '.join(each['do'] for each in gone)}")

    def _replan(self) -> JudgementItem | None:
        failed = untold(self._acts())
        if not failed:
            return None
        for each in failed:
            notice(f"the step {each['do']} failed: {each['why']}")
        steps = self.state["plan"].get("steps", [])
        able = self.state.get("rounds", 0) < MOST_ROUNDS and not self._over()
        if able and any(has_way_out(steps, each) for each in failed):
            return JudgementItem(verdict="replan", why=failed[0]["why"])
        self._add([told(each) for each in failed])
        return None

    def _ask(self) -> JudgementItem | None:
        wanted = permissions(self.state, self._resources)
        meant = [] if is_written(self.state) else self.state["doubts"]
        if self._asks and (meant or wanted):
            self.state["doubts"] = self.update["doubts"] = [*meant, *wanted]
            return JudgementItem(verdict="ask", why=(meant or wanted)[0]["words"])
        for doubt in wanted:
            self._settle(doubt)
        return None

    def _settle(self, doubt: DoubtItem) -> None:
        """Take the default where nobody can be asked."""
        notice(f"{doubt['words']} Nobody could be asked: {doubt['choices'][0]}")
        plan, left = settled(self.state, doubt, 0)
        self._replace(plan)
        self._add(left)

    def _go_on(self) -> JudgementItem | None:
        begun = [each["do"] for each in ready(self.state["plan"].get("steps", []), self._acts())
                 if each["do"] in SOURCES]
        return JudgementItem(verdict="go on", why=", ".join(begun)) if begun else None

    def _end(self) -> JudgementItem | None:
        if not is_written(self.state):
            return None
        made = [each["do"] for each in waiting(self.state["plan"], self._acts())]
        if not made:
            self.update.update(unmade(self.state, self._acts()))
        return JudgementItem(verdict="go on" if made else "done", why=", ".join(made))

    def _look_again(self) -> JudgementItem | None:
        if self._over():
            return None
        able = self._resources.toolbox is not None
        look = (second_look(self.state, self._resources.media) if able else None
                ) or asked_plainly(self.state) or elsewhere(self.state)
        if look is None:
            return None
        plan = self.state["plan"]
        steps = with_second_look(plan.get("steps", []), step_data(look))
        self._replace({**plan, "steps": steps})
        if self._ask() is not None:  # never: a look that costs too much is left out unasked
            self.update["doubts"] = []
        return JudgementItem(verdict="look again", why=self.state["support"] or "heard badly")

    def _enough(self) -> JudgementItem:
        if not self.state["support"]:
            return JudgementItem(verdict="enough", why="")
        if self._is_nearly_enough() and self._model_says_so():
            self.state["support"] = self.update["support"] = ""
            return JudgementItem(verdict="enough", why="the chat model finds the answer in it")
        self.update["nearest"] = nearest(self.state)
        return JudgementItem(verdict="give up", why=self.state["support"])

    def _is_nearly_enough(self) -> bool:
        main = by_step(self._acts()).get(self.state["plan"].get("main", ""))
        certainty = main["certainty"] if main else None
        return (self.state["support"] == NOTHING_NEAR and bool(self.state["evidence"])
                and certainty is not None
                and certainty >= -BAND and not self._over() and self._shares_words())

    def _shares_words(self) -> bool:
        """Tell whether the best evidence has most of the question's words: no model outweighs it.

        A small model finds the height of a mountain in the width of a mirror.
        """
        return carried_share(self.state["question"], [self._nearest_text()]) >= LEAST_SHARED

    def _model_says_so(self) -> bool:
        question = self.state["question"]
        try:
            return tells(ANSWERS, question, self._nearest_text(), self._resources.chat())
        except ModelError as exc:
            _log.warning("judged without the chat model: %s", exc)
            return False

    def _nearest_text(self) -> str:
        """Return the text that the support of the question rests on."""
        return nearest_to(self.state["question"], self.state["evidence"])["text"]

    def _replace(self, plan: Plan) -> None:
        self.state["plan"] = self.update["plan"] = plan

    def _over(self) -> list[str]:
        return self._resources.limits.over(self.state.get("spent"))

    def _add(self, acts: list[ActItem]) -> None:
        known = {**by_step(self._acts()), **by_step(acts)}
        self.state["acts"] = list(known.values())
        self.update["acts"] = [*self.update.get("acts", []), *acts]


def left_out(state: AgentState, resources: Resources) -> list[ActItem]:
    """Return the steps that the budget has no place for, as left out; the text is always written.

    What waits for a step that is left out goes with it only where it needs nothing else.
    """
    limits, spent = resources.limits, state.get("spent")
    over = [each for each in limits.over(spent) if each != "tokens"]
    pending = [each for each in waiting(state["plan"], state.get("acts", []))
               if each["do"] in SOURCES | OUTPUTS]
    room = 0 if over else limits.steps - (spent["steps"] if spent else 0)
    why = f"the budget of {over[0] if over else 'steps'} is spent"
    return [act(each["id"], each["do"], "", status="left out", why=why)
            for each in pending[max(room, 0):] if not each.get("granted")]


def settled(
    state: AgentState, doubt: DoubtItem, n: int
) -> tuple[Plan, list[ActItem]]:
    """Return the plan with a choice followed, and what became of the step that it is about."""
    plan, becomes = state["plan"], doubt.get("becomes", [])
    name, chosen = doubt.get("step", ""), becomes[n] if becomes else None
    steps = plan.get("steps", [])
    if chosen is None:
        why = "it was not allowed"
        do = next((each["do"] for each in steps if each["id"] == name), "")
        return plan, [act(name, do, "", status="left out", why=why)]
    changed = [chosen if each["id"] == name else each for each in steps]
    return {**plan, "steps": changed}, []
