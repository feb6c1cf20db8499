"""Markdown: links that open the moment, and nothing of a medium that becomes markup."""

import re
from pathlib import Path
from urllib.parse import unquote, urlparse

from hypothesis import given
from hypothesis import strategies as st

from tests.every import every
from tests.tools.conftest import moment
from trikal.tools.markdown import escaped, link, markdown
from trikal.tools.results import Span, cited


def span(start: int, end: int, name: str = "talk.mp4") -> Span:
    return Span(media_id="m", name=name, start_ms=start, end_ms=end)


@every(("start", "end", "fragment"), [
    (0, 1_000, "#t=0,1"), (1_500, 2_250, "#t=1.5,2.25"), (10_000, 20_000, "#t=10,20"),
    (999, 1_001, "#t=0.999,1.001"), (5_000, 5_000, "#t=5"), (-2_000, 3_000, "#t=0,3"),
    (-5, -1, "#t=0"), (86_400_000, 86_400_010, "#t=86400,86400.01"),
])
def test_a_link_opens_the_very_stretch(start: int, end: int, fragment: str) -> None:
    made = link(span(start, end), "films/talk.mp4")
    assert made.endswith(f"{fragment})")


@every("path", [
    "a b.mp4", "ünï.mp4", "100%.mp4", "a#b?.mp4", "a(b).mp4", "अ.mp4",
])
def test_a_link_leads_to_the_file_whatever_its_name(path: str) -> None:
    target = re.fullmatch(r"\[.*\]\((.*)\)", link(span(0, 1_000), path))
    assert target is not None
    parts = urlparse(target[1])
    assert unquote(parts.path) == str(Path(path).absolute())
    assert parts.fragment == "t=0,1"
    assert not re.search(r"[\s()<>]", target[1])


def test_a_medium_without_a_file_is_named_without_a_link() -> None:
    assert link(span(0, 61_000), "") == r"talk.mp4 0:00–1:01"


def test_moments_are_listed_with_who_speaks() -> None:
    told = [cited(1, moment(0, "Rain *now*.", speaker="Ana [R]"), "talk.mp4"),
            cited(2, moment(9_000, "Sun."), "talk.mp4")]
    text = markdown(told, {}, "Two <moments>")
    assert text.splitlines() == [
        r"# Two \<moments\>", "", r"1. talk.mp4 0:00–0:05 **Ana \[R\]:** Rain \*now\*.",
        "2. talk.mp4 0:09–0:14 Sun."]


@given(st.text(max_size=80))
def test_nothing_in_a_text_is_markup_and_all_of_it_is_read_back(text: str) -> None:
    made = escaped(text)
    assert "\n" not in made
    assert re.sub(r"\\([\\`*_{}\[\]<>()#+!|~-])", r"\1", made).split() == text.split()
    assert not re.search(r"(?<!\\)(?:\\\\)*[*_`<>\[\]]", made)
