import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import Subtitles, make_tone, make_video
from trikal.errors import BadInput, MediumUnreadable
from trikal.media.timedtext import Cue, read_embedded_subtitles, read_timed_text


def _read(folder: Path, name: str, content: str | bytes) -> list[Cue]:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_timed_text(path)


def _plain(cues: list[Cue]) -> list[tuple[int, int, str]]:
    return [(cue.start_ms, cue.end_ms, cue.text) for cue in cues]


SRT = """1
00:00:01,000 --> 00:00:02,500
Hello <i>there</i>

2
01:00:00,040 --> 01:00:01,000
{\\an8}two
lines
"""


def test_subrip_is_read_without_its_markup(tmp_path: Path) -> None:
    assert _plain(_read(tmp_path, "a.srt", SRT)) == [
        (1_000, 2_500, "Hello there"), (3_600_040, 3_601_000, "two lines")]


@pytest.mark.parametrize("data", [
    SRT.encode("utf-8-sig"), SRT.encode("utf-16"), SRT.replace("\n", "\r\n").encode(),
    SRT.replace("\n", "\r").encode(), SRT.encode().rstrip(),
])
def test_marks_line_ends_and_wide_encodings_do_not_matter(tmp_path: Path, data: bytes) -> None:
    assert [cue.text for cue in _read(tmp_path, "a.srt", data)] == ["Hello there", "two lines"]


def test_old_encodings_are_recognised(tmp_path: Path) -> None:
    data = "1\n00:00:01,000 --> 00:00:02,000\nCafé “à la carte”\n".encode("cp1252")
    assert _read(tmp_path, "a.srt", data)[0].text == "Café “à la carte”"


@pytest.mark.parametrize(("content", "expected"), [
    ("00:00:01,000 --> 00:00:02,000\none\n\n00:00:03,000 --> 00:00:04,000\ntwo\n",
     [(1_000, 2_000, "one"), (3_000, 4_000, "two")]),
    ("1\n00:00:05,000 --> 00:00:03,000\nback\n", [(3_000, 5_000, "back")]),
    ("1\n00:00:05,000 --> 00:00:06,000\nlate\n\n2\n00:00:01,000 --> 00:00:05,500\nearly\n",
     [(1_000, 5_500, "early"), (5_000, 6_000, "late")]),
    ("1\n00:00:01,000 --> 00:00:02,000\nHow many?\n42\n\n2\n00:00:03,000 --> 00:00:04,000\n7\n",
     [(1_000, 2_000, "How many? 42"), (3_000, 4_000, "7")]),
    ("1\n00:00:01,000 --> 00:00:02,000\none\n2\n00:00:03,000 --> 00:00:04,000\ntwo\n",
     [(1_000, 2_000, "one"), (3_000, 4_000, "two")]),
    ("1\n00:00:01,000 --> 00:00:02,000\n\n2\n00:00:03.5 --> 00:00:04,000\nkept\n",
     [(3_500, 4_000, "kept")]),
    ("1\n-00:00:02,500 --> -00:00:01,000\nten\n\n2\n-00:00:01,000 --> 00:00:01,000\nzero\n",
     [(-2_500, -1_000, "ten"), (-1_000, 1_000, "zero")]),
    ("1\n00:00:01,000 --> 00:00:05,000\none\n\n2\n00:00:02,000 --> 00:00:03,000\ninside\n",
     [(1_000, 5_000, "one"), (2_000, 3_000, "inside")]),
    ("1\n00:00:01,000 -->\nthree small words\n", [(1_000, 3_200, "three small words")]),
    ("1\n00:00:01,000 --> 00:00:01,000\nI\n\n2\n00:00:01,500 --> 00:00:02,000\nyou\n",
     [(1_000, 1_500, "I"), (1_500, 2_000, "you")]),
    ("1\n00:00:01,000 --> 00:00:02,000\n2 < 3 &amp; <laughs>\n",
     [(1_000, 2_000, "2 < 3 & <laughs>")]),
])
def test_broken_files_keep_what_is_usable(
    tmp_path: Path, content: str, expected: list[tuple[int, int, str]]
) -> None:
    assert _plain(_read(tmp_path, "a.srt", content)) == expected


def test_webvtt_names_its_speakers(tmp_path: Path) -> None:
    cues = _read(tmp_path, "a.vtt", """WEBVTT - a talk

STYLE
::cue { color: red }

NOTE 00:00 --> is not
a cue

intro
00:01.000 --> 00:02.000 align:start
<v Mary Ann>Hi <c.loud>Bob</c></v>
<v.first Bob>Hello

00:00:03.000 --> 00:00:04.000
<00:03.500>nobody
""")
    assert [(cue.start_ms, cue.speaker, cue.text) for cue in cues] == [
        (1_000, "Mary Ann", "Hi Bob"), (1_000, "Bob", "Hello"), (3_000, None, "nobody")]


@pytest.mark.parametrize(("line", "speaker", "text"), [
    ("NAR: Once upon a time", "NAR", "Once upon a time"),
    ("- DR. WHO: Run", "DR. WHO", "Run"), (">> JOHN 2: Yes", "JOHN 2", "Yes"),
    ("ÉMILE: oui", "ÉMILE", "oui"), ("Note: this", None, "Note: this"),
    ("AT 10:30 we left", None, "AT 10:30 we left"), ("HTTP://x", None, "HTTP://x"),
    ("NAR:", None, "NAR:"),
])
def test_a_name_in_capitals_is_the_speaker(
    tmp_path: Path, line: str, speaker: str | None, text: str
) -> None:
    cue, = _read(tmp_path, "a.srt", f"1\n00:00:01,000 --> 00:00:02,000\n{line}\n")
    assert (cue.speaker, cue.text) == (speaker, text)


def test_two_speakers_in_one_cue_are_two_cues(tmp_path: Path) -> None:
    cues = _read(tmp_path, "a.srt", "1\n00:00:01,000 --> 00:00:02,000\nANN: Hi\nBOB: Ho\nho\n")
    assert [(cue.speaker, cue.text) for cue in cues] == [("ANN", "Hi"), ("BOB", "Ho ho")]


def test_json_lines_may_be_short_of_everything_but_time_and_text(tmp_path: Path) -> None:
    cues = _read(tmp_path, "a.jsonl", "\n".join([
        '{"start": -9.001, "end": -1, "text": "we go", "speaker": "LCC", "language": "eng"}', "",
        '{"t": 2, "text": "a b c d e f g h i j"}',
        '{"start": 3.5, "text": "x"}',
    ]))
    assert _plain(cues) == [
        (-9_001, -1_000, "we go"), (2_000, 3_500, "a b c d e f g h i j"), (3_500, 4_900, "x")]
    assert (cues[0].speaker, cues[0].language) == ("LCC", "en")


@pytest.mark.parametrize("line", [
    "{", '{"text": "no time"}', '{"start": 1}', '{"start": "1", "text": "x"}', "[]",
    '{"start": NaN, "text": "x"}', '{"start": true, "text": "x"}', '{"start": 1, "text": 5}',
    '{"start": 1e99999999, "text": "x"}', '{"start": 1, "text": "x", "speaker": 3}',
])
def test_a_malformed_json_line_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(BadInput, match=r"a\.jsonl, line 2"):
        _read(tmp_path, "a.jsonl", '{"start": 0, "text": "fine"}\n' + line)


@pytest.mark.parametrize(("name", "content"), [
    ("a.srt", ""), ("a.srt", "just a letter\n"), ("a.vtt", "WEBVTT\n"), ("a.jsonl", "\n"),
    ("a.srt", "1\n00:00:01,000 --> 00:00:02,000\n<i></i>\n"),
])
def test_nothing_usable_is_an_error(tmp_path: Path, name: str, content: str) -> None:
    with pytest.raises(MediumUnreadable, match="no cue"):
        _read(tmp_path, name, content)


def test_what_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MediumUnreadable, match="cannot be read"):
        read_timed_text(tmp_path / "none.srt")
    with pytest.raises(BadInput, match="timed text"):
        read_timed_text(tmp_path / "a.doc")


_words = st.text(st.sampled_from("aàठ 7.:-é\n"), min_size=1, max_size=20).map(
    lambda text: "\n".join(line for line in text.split("\n") if line.strip())).filter(str.strip)
_times = st.integers(0, 4 * 3_600_000)


def _stamp(ms: int, point: str) -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}{point}{ms % 1000:03}"


@given(st.lists(st.tuples(_times, _times, _words), min_size=1, max_size=8), st.booleans(),
       st.sampled_from([".srt", ".vtt"]))
def test_no_usable_cue_is_ever_lost(
    tmp_path_factory: pytest.TempPathFactory, cues: list[tuple[int, int, str]], numbers: bool,
    suffix: str,
) -> None:
    point = "," if suffix == ".srt" else "."
    blocks = [(f"{number}\n" if numbers else "")
              + f"{_stamp(start, point)} --> {_stamp(end, point)}\n{text}\n"
              for number, (start, end, text) in enumerate(cues)]
    head = "WEBVTT\n\n" if suffix == ".vtt" else ""
    read = _read(tmp_path_factory.mktemp("cues"), f"a{suffix}", head + "\n".join(blocks))
    assert sorted(cue.text for cue in read) == sorted(" ".join(text.split()) for _, _, text in cues)
    assert [cue.start_ms for cue in read] == sorted(min(start, end) for start, end, _ in cues)
    assert all(cue.end_ms > cue.start_ms for cue in read)


@given(st.lists(st.tuples(st.integers(-10**7, 10**7), _words), min_size=1, max_size=8))
def test_json_times_are_exact(
    tmp_path_factory: pytest.TempPathFactory, cues: list[tuple[int, str]]
) -> None:
    lines = [json.dumps({"start": ms / 1000, "text": text}) for ms, text in cues]
    read = _read(tmp_path_factory.mktemp("cues"), "a.jsonl", "\n".join(lines))
    assert [cue.start_ms for cue in read] == sorted(ms for ms, _ in cues)


@pytest.mark.parametrize(("name", "codec"), [
    ("a.mp4", "mov_text"), ("a.mkv", "subrip"), ("a.mkv", "ass"), ("a.webm", "webvtt"),
])
def test_embedded_subtitles_are_on_the_media_clock(
    tmp_path: Path, name: str, codec: str
) -> None:
    subtitles = Subtitles(cues=[(0.5, 1.5, "ANN: Hi"), (2, 3, "two\nlines")],
                          language="hin", codec=codec)
    path = make_video(tmp_path / name, duration=4, start=0 if name == "a.mp4" else 5,
                      subtitles=subtitles)
    assert read_embedded_subtitles(path, 1) == [
        Cue(start_ms=500, end_ms=1_500, text="Hi", speaker="ANN", language="hi"),
        Cue(start_ms=2_000, end_ms=3_000, text="two lines", language="hi")]


def test_only_streams_of_text_can_be_read_as_text(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mkv", sound=make_tone(1), subtitles=[(0, 1, "hi")])
    with pytest.raises(BadInput, match="those that do: 2"):
        read_embedded_subtitles(path, 1)


def test_the_nasa_subtitles_agree_with_their_sidecar(shared_media: Path) -> None:
    path = shared_media / "nasa" / "nasa_13013.mp4"
    assert [cue.text for cue in read_embedded_subtitles(path, 2)] == [
        cue.text for cue in read_timed_text(path.with_suffix(".srt"))]


@pytest.mark.parametrize("stamp", [
    "99999999999999999999:00:01,000", "1" * 5_000 + ":00,000", "00:00:" + "9" * 400 + ",000",
])
def test_a_number_without_end_is_no_time_and_the_rest_is_kept(tmp_path: Path, stamp: str) -> None:
    content = (f"1\n{stamp} --> 00:00:04,000\nlost\n\n"
               "2\n00:00:05,000 --> 00:00:06,000\nkept\n")
    cues = _read(tmp_path, "a.srt", content)
    assert _plain(cues)[-1] == (5_000, 6_000, "kept")
    assert all(abs(cue.start_ms) < 2**62 and abs(cue.end_ms) < 2**62 for cue in cues)


def test_halves_of_characters_become_question_marks(tmp_path: Path) -> None:
    (cue,) = _read(tmp_path, "a.jsonl", '{"start": 0, "text": "a \\ud800 b", "speaker": "\\udfff"}')
    assert (cue.text, cue.speaker) == ("a ? b", "?")
    assert cue.text.encode("utf-8")


def test_whole_characters_outside_the_plane_stay(tmp_path: Path) -> None:
    (cue,) = _read(tmp_path, "a.jsonl", '{"start": 0, "text": "\\ud83c\\udf89 🎉"}')
    assert cue.text == "🎉 🎉"


@pytest.mark.parametrize(("name", "language"), [
    ("film.hi.srt", "hi"), ("film.pt-BR.vtt", "pt-BR"), ("film.srt", None),
    ("film.2.srt", None), ("film.final.srt", None), ("a.b.de.vtt", "de"),
])
def test_the_language_is_read_off_the_name(
    tmp_path: Path, name: str, language: str | None
) -> None:
    head = "WEBVTT\n\n" if name.endswith("vtt") else ""
    (cue,) = _read(tmp_path, name, f"{head}00:00:01.000 --> 00:00:02.000\nhi\n")
    assert cue.language == language


def test_a_language_of_its_own_beats_the_one_of_the_file(tmp_path: Path) -> None:
    lines = '{"start": 0, "text": "ja", "language": "ger"}\n{"start": 1, "text": "हाँ"}'
    assert [cue.language for cue in _read(tmp_path, "a.hi.jsonl", lines)] == ["de", "hi"]


@given(st.binary(max_size=300))
def test_any_bytes_are_cues_or_a_clear_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    for name in ("a.srt", "a.vtt", "a.jsonl"):
        with contextlib.suppress(BadInput):
            for cue in _read(folder, name, data):
                assert cue.end_ms > cue.start_ms
                assert cue.text


@given(st.lists(st.tuples(_times, st.integers(1, 60_000), _words), min_size=1, max_size=6))
def test_json_lines_and_subtitles_of_one_talk_are_the_same_cues(
    tmp_path_factory: pytest.TempPathFactory, cues: list[tuple[int, int, str]]
) -> None:
    folder = tmp_path_factory.mktemp("talk")
    subtitles = "\n".join(f"{_stamp(start, ',')} --> {_stamp(start + length, ',')}\n{text}\n"
                          for start, length, text in cues)
    lines = "\n".join(json.dumps({"start": start / 1000, "end": (start + length) / 1000,
                                  "text": text}) for start, length, text in cues)
    one, other = _read(folder, "a.srt", subtitles), _read(folder, "a.jsonl", lines)
    assert sorted(_plain(one)) == sorted(_plain(other))


def test_a_cue_without_an_end_ends_where_the_next_begins_or_after_a_slow_reading(
    tmp_path: Path
) -> None:
    lines = "\n".join(f'{{"start": {start}, "text": "one two three"}}' for start in (0, 1, 60))
    assert [(cue.start_ms, cue.end_ms) for cue in _read(tmp_path, "a.jsonl", lines)] == [
        (0, 1_000), (1_000, 3_200), (60_000, 62_200)]


def test_subtitles_of_a_stream_that_is_not_there_are_refused(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", duration=0.4)
    with pytest.raises(BadInput, match="those that do: none"):
        read_embedded_subtitles(path, 1)
