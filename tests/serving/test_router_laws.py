"""What holds of every decision of the router, over the real catalogue and any situation."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trikal.errors import BadInput, ModelUnavailable
from trikal.serving.catalog import load_catalog
from trikal.serving.hardware import Gpu, Hardware
from trikal.serving.readiness import runner
from trikal.serving.reports import REPORTED_ROLES, report_role
from trikal.serving.roles import Role
from trikal.serving.router import rank
from trikal.serving.tasks import Budget, Choice, Modality, Served, Situation, Size, Task

CATALOG = load_catalog()
MODELS = [model for role in Role for model in CATALOG.for_role(role)]
RUNNERS = sorted({runner(model.name, backend) for model in MODELS for backend in model.backends})
LANGUAGES = [None, "en", "hi", "ta-IN", "mr", "zh-Hant", "ga", "x-private", "qaa"]

memory = st.sampled_from([100, 900, 3_000, 20_000, 90_000])
machines = st.builds(
    lambda cores, free, gpus: Hardware(cores=cores, memory_mb=100_000, free_mb=free, gpus=tuple(
        Gpu(name="g", memory_mb=100_000, free_mb=each) for each in gpus)),
    st.integers(1, 64), memory, st.lists(memory, max_size=2))
some_runners = st.one_of(st.just(frozenset(RUNNERS)), st.frozensets(st.sampled_from(RUNNERS)))
servers = st.dictionaries(
    st.sampled_from([Role.CHAT, Role.VISION, Role.ASR, Role.TEXT_EMBEDDING, Role.TTS, Role.RERANK]),
    st.lists(st.builds(Served, model=st.sampled_from(["", "qwen3-8b", "maker/x"]),
                       url=st.sampled_from(["http://a/v1", "http://b/v1"]), why=st.just("set")),
             max_size=2).map(tuple), max_size=2)
situations = st.builds(
    Situation, hardware=machines, served=servers,
    loaded=some_runners, lacks=some_runners.map(lambda names: dict.fromkeys(names, "get it")),
    resting=some_runners.map(lambda names: dict.fromkeys(names, 9.0)))
tasks = st.builds(
    Task, role=st.sampled_from(list(Role)), language=st.sampled_from(LANGUAGES),
    modality=st.sampled_from(list(Modality)), size=st.sampled_from([None, *Size]),
    budget=st.builds(Budget, seconds=st.sampled_from([None, 0.5, 60.0]),
                     memory_mb=st.sampled_from([None, 500, 5_000])))


def decided(task: Task, situation: Situation) -> tuple[tuple[Choice, ...], str]:
    """Rank, or say why nothing can do it."""
    try:
        return rank(task, situation, CATALOG), ""
    except ModelUnavailable as exc:
        return (), str(exc)


def ranked(task: Task, situation: Situation) -> tuple[Choice, ...]:
    return decided(task, situation)[0]


@given(tasks, situations)
def test_there_is_a_choice_or_a_reason_in_one_line(task: Task, situation: Situation) -> None:
    found, reason = decided(task, situation)
    assert bool(found) is not bool(reason)
    assert "\n" not in reason
    assert not reason or task.filled_by in reason


@settings(max_examples=3 * settings.default.max_examples)
@given(tasks, situations)
def test_whatever_is_chosen_can_do_it_here(task: Task, situation: Situation) -> None:
    for each in ranked(task, situation):
        assert each.role is task.filled_by
        assert "\n" not in each.why
        if each.device == "server":
            assert each.url in {one.url for one in situation.served[each.role]}
            continue
        assert each.runner not in situation.lacks
        assert each.entry is not None
        assert each.role in each.entry.roles
        assert each.backend in each.entry.backends
        assert task.language is None or each.entry.speaks(task.language)
        if each.runner not in situation.loaded:
            hardware = situation.hardware
            room = hardware.gpu_free_mb if each.device == "gpu" else hardware.free_mb
            assert each.entry.memory_mb <= min(room, task.budget.memory_mb or room)


@given(tasks, situations)
def test_nothing_is_ranked_twice_and_what_rests_comes_last(
    task: Task, situation: Situation
) -> None:
    found = ranked(task, situation)
    assert len({(each.runner, each.url) for each in found}) == len(found)
    asleep = [each.runner in situation.resting for each in found]
    assert asleep == sorted(asleep)
    assert [each.instead_of for each in found[1:]] == [""] * len(found[1:])
    if found and found[0].instead_of:
        assert found[0].instead_of in situation.resting
    if task.filled_by in (Role.TEXT_EMBEDDING, Role.IMAGE_EMBEDDING):
        assert len(found) <= 1


@given(tasks, situations)
def test_a_failure_leaves_the_same_models_in_another_order(
    task: Task, situation: Situation
) -> None:
    awake = situation.model_copy(update={"resting": {}})
    if task.filled_by not in (Role.TEXT_EMBEDDING, Role.IMAGE_EMBEDDING):
        assert {(each.runner, each.url) for each in ranked(task, situation)} == {
            (each.runner, each.url) for each in ranked(task, awake)}


@given(tasks, situations, st.sampled_from(MODELS))
def test_what_is_asked_for_by_name_comes_first_or_is_refused(
    task: Task, situation: Situation, model: Any
) -> None:
    asked = task.model_copy(update={"model": model.name, "budget": Budget()})
    awake = situation.model_copy(update={"resting": {}})
    if asked.filled_by not in model.roles:
        with pytest.raises(BadInput, match="it is a model for"):
            decided(asked, awake)
        return
    found, reason = decided(asked, awake)
    assert model.name in reason or (found[0].model, found[0].why) == (
        model.name, "asked for by name")


@pytest.mark.parametrize("role", REPORTED_ROLES)
@given(situation=situations)
def test_what_a_report_calls_better_is_no_worse_and_says_what_it_takes(
    role: Role, situation: Situation
) -> None:
    told = report_role(role, situation, CATALOG)
    assert (told.model is None) == (told.missing is not None)
    assert len({each.model for each in told.better}) == len(told.better)
    for each in told.better:
        assert each.model != told.model
        assert each.backend in CATALOG.get(each.model).backends
        assert role in CATALOG.get(each.model).roles
        assert each.needs
