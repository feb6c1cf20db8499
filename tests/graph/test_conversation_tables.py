"""Which languages a question is tried in, and that every table of wordings is whole."""

import re
from functools import cache
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.every import every
from trikal.graph.conversation.tables import (
    folded,
    language_names,
    loaded,
    tried,
    wordings,
)
from trikal.graph.conversation.verb_last import closing, compare_patterns, request_patterns
from trikal.graph.phrases import ENGLISH, languages
from trikal.graph.planning.requests import MOST_STILLS, read_request
from trikal.writing import letters, main_letters, own_letters

OTHERS = sorted(set(languages()) - {ENGLISH})
compiled = cache(re.compile)  # two tests look at them all, and `re` forgets most meanwhile
WAYS = [(code, latin) for code in OTHERS for latin in (False, True)]


def requests(code: str, *, latin: bool) -> dict[str, Any]:
    language = wordings(code, latin=latin)
    return request_patterns(language.raw["requests"], language.spelled)


def compared(code: str, *, latin: bool) -> list[str]:
    language = wordings(code, latin=latin)
    return compare_patterns(language.raw["compare"], language.spelled)


def patterns(table: object) -> list[str]:
    """All regular expressions of a table of requests."""
    if isinstance(table, dict):
        return [each for key, value in table.items() if key != "languages"
                for each in ([value] if key in ("pattern", "many") else patterns(value))]
    if isinstance(table, list):
        return [each for value in table
                for each in ([value] if isinstance(value, str) else patterns(value))]
    return []


@given(st.text(alphabet=st.characters(max_codepoint=0x7f), max_size=40))
def test_latin_letters_are_tried_in_english_first(question: str) -> None:
    found = tried(question)
    assert found[0] == (ENGLISH, True)
    assert all(latin for _, latin in found)
    assert len(set(found)) == len(found)
    assert {code for code, _ in found} <= set(languages())


@given(st.text(alphabet="हिंदीগুজরાતીதமிழ்తెలుగుಕನ್ನಡമലയാളംਪੰਜਾਬੀ abc?", max_size=30))
def test_other_letters_are_tried_in_every_language_that_has_them_and_in_english_last(
    question: str
) -> None:
    found = tried(question)
    others = [name for name, _ in letters(question).most_common() if name != "LATIN"]
    if not others:
        assert found[0] == (ENGLISH, True)
        return
    assert found[-1] == (ENGLISH, True)
    assert {code for code, latin in found[:-1] if not latin} == {
        code for code in languages() if others[0] in own_letters(code)}


@every(("question", "first"), [
    ("और उसके बाद?", "hi"), ("आणि त्यानंतर काय झाले?", "mr"), ("அதற்குப் பிறகு?", "ta"),
    ("তারপর?", "bn"), ("ಅದರ ನಂತರ?", "kn"), ("ferry के बाद?", "hi"), ("그 다음은?", "en"),
    ("", "en"), ("?!", "en"),
])
def test_the_likeliest_language_comes_first(question: str, first: str) -> None:
    assert tried(question)[0][0] == first


def test_in_latin_letters_a_word_of_a_language_is_enough_to_try_it() -> None:
    assert [code for code, _ in tried("Who wrote it?")] == [ENGLISH]
    assert "hi" in [code for code, _ in tried("batao")]


@every(("code", "latin"), WAYS)
def test_every_wording_is_a_regular_expression_and_none_fits_nothing_at_all(
    code: str, latin: bool
) -> None:
    language = wordings(code, latin=latin)
    for row in (*language.raw["whole"], *language.raw.get("part", ())):
        assert not re.compile(language.spelled(row["pattern"])).fullmatch("")
    for each in language.raw["about"].values():
        assert not re.compile(language.spelled(each)).fullmatch("")
    table = requests(code, latin=latin)
    assert len(patterns(table)) > 20
    for each in (*compared(code, latin=latin), *patterns({
            name: table[name] for name in ("spoken", "avatar", "file", "clip", "stills", "compose",
                                           "export", "observe")})):
        assert not compiled(each).fullmatch("")


@every("code", OTHERS)
def test_a_table_has_what_english_has_and_what_the_first_of_them_has(code: str) -> None:
    assert requests(code, latin=False).keys() >= loaded(f"requests_{ENGLISH}.toml").keys()
    raw, hindi = loaded(f"{code}.toml"), loaded("hi.toml")
    assert raw["about"].keys() == hindi["about"].keys()
    assert raw["requests"].keys() == hindi["requests"].keys()
    assert raw["compare"].keys() == hindi["compare"].keys()
    assert raw["latin"].split()


@every(("code", "latin"), WAYS)
def test_groups_are_named_as_the_reader_of_requests_knows_them(code: str, latin: bool) -> None:
    known = {"about", "language", "count", "rest", "file", "format", "n"}
    for each in patterns(requests(code, latin=latin)):
        assert compiled(each).groupindex.keys() <= known
    for each in compared(code, latin=latin):
        assert compiled(each).groupindex.keys() == {"one", "other", "about"}


@settings(suppress_health_check=list(HealthCheck))
@given(st.sampled_from(WAYS), st.data())
def test_whatever_is_a_request_ends_in_what_is_looked_for_first(
    way: tuple[str, bool], data: st.DataObject
) -> None:
    language = wordings(way[0], latin=way[1])
    ends = re.compile(closing(language.raw["requests"], language.spelled), re.IGNORECASE)
    table = requests(way[0], latin=way[1])
    kinds = (table["spoken"], table["clip"], table["stills"], *table["compose"],
             *table["export"]["kinds"], *table["observe"])
    each = data.draw(st.sampled_from([one for kind in kinds for one in kind["patterns"]]))
    assert ends.search(data.draw(st.from_regex(each.replace(".+?", "film"), fullmatch=True)))


@every(("name", "same"), [
    ("हिन्दी", "हिन्दी"), ("ਪੰਜਾਬੀ", "ਪੰਜਾਬੀ"), ("English", "ENGLISH"), ("मराठी", "मरा\u200dठी"),
    ("बांग्ला", "बा\u200cंग्ला"), ("फ़्रेंच", "फ्रेंच"),
])
def test_names_are_compared_without_case_dots_and_joiners(name: str, same: str) -> None:
    assert folded(name) == folded(same)


@every("code", languages())
def test_every_language_names_itself_and_english(code: str) -> None:
    names = language_names(code)
    assert {"en", code} <= set(names.values())
    assert all(folded(name) == name for name in names)
    assert not any("_" in tag for tag in names.values())


@every("code", OTHERS)
def test_a_language_s_own_name_is_in_its_own_letters(code: str) -> None:
    own = [name for name, tag in language_names(code).items() if tag == code]
    assert any(main_letters(name) in own_letters(code) for name in own)


@given(st.text(max_size=60))
def test_whatever_is_said_a_request_is_about_a_part_of_it(text: str) -> None:
    request = read_request(text)
    assert request.about in " ".join(text.split())
    assert 0 <= request.stills <= MOST_STILLS
    assert not request.last or not request.about
