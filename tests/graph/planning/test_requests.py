"""What is to be done with the answer, read off the question by rules."""

from typing import Any

import pytest

from tests.every import every
from trikal.graph.planning.proposing import Proposal, believed
from trikal.graph.planning.requests import read_request
from trikal.indexes.rules import Vocabulary
from trikal.tools.composition import Kind
from trikal.tools.export import Format

NAMES = Vocabulary(speakers=("Anita Rao", "Bo Lind"), media=("harbour.mp4", "talk.mp3"))


@every(("question", "about", "read"), [
    ("Make a clip of the storm", "the storm", {"clip": True}),
    ("Can you please cut a short clip about the ferry?", "the ferry", {"clip": True}),
    ("make me a supercut of every time he says bridge", "every time he says bridge",
     {"clip": True, "many": True}),
    ("Clip the part about the lighthouse", "the part about the lighthouse", {"clip": True}),
    ("Make a clip of the storm and save it as storm.mp4", "the storm",
     {"clip": True, "file": "storm.mp4"}),
    ("Make a clip of the storm as /films/storm.mp4", "the storm",
     {"clip": True, "file": "/films/storm.mp4"}),
    ("Show me", "", {"clip": True, "last": True}),
    ("play it again", "", {"clip": True, "last": True}),
    ("Make a clip of that", "", {"clip": True, "last": True}),
    ("Summarise what Anita said about the ferry", "what Anita said about the ferry",
     {"kind": Kind.SUMMARY}),
    ("Summarize harbour.mp4", "harbour.mp4", {"kind": Kind.SUMMARY}),
    ("Summarize harbour.mp4 in a few sentences.", "harbour.mp4", {"kind": Kind.SUMMARY}),
    ("Write a short summary of the talk", "the talk", {"kind": Kind.SUMMARY}),
    ("Write a quiz about the lighthouse", "the lighthouse", {"kind": Kind.QUIZ}),
    ("Quiz me on the harbour", "the harbour", {"kind": Kind.QUIZ}),
    ("Give me a brief on the storm", "the storm", {"kind": Kind.BRIEF}),
    ("Write a script about the bridge", "the bridge", {"kind": Kind.SCRIPT}),
    ("List the chapters of harbour.mp4", "harbour.mp4", {"kind": Kind.CHAPTERS}),
    ("Divide harbour.mp4 into chapters", "harbour.mp4", {"kind": Kind.CHAPTERS}),
    ("Summarise that", "", {"kind": Kind.SUMMARY, "last": True}),
    ("In Hindi, aloud", "", {"aloud": True, "language": "hi", "last": True}),
    ("Say it in Tamil", "", {"aloud": True, "language": "ta", "last": True}),
    ("Read it out loud", "", {"aloud": True, "last": True}),
    ("What closed the lighthouse? Say it in Hindi, aloud.", "What closed the lighthouse",
     {"aloud": True, "language": "hi"}),
    ("What closed the lighthouse? Read the answer out", "What closed the lighthouse",
     {"aloud": True}),
    ("What damaged the dome? Answer in Hindi, aloud.", "What damaged the dome",
     {"aloud": True, "language": "hi"}),
    ("What damaged the dome? Answer aloud in Tamil", "What damaged the dome",
     {"aloud": True, "language": "ta"}),
    ("What damaged the dome? Please answer in Hindi.", "What damaged the dome",
     {"written": "hi", "aloud": False}),
    ("What damaged the dome? In Tamil, please", "What damaged the dome", {"written": "ta"}),
    ("Tell me in Tamil: what damaged the dome?", "what damaged the dome?", {"written": "ta"}),
    ("In Bengali, what damaged the dome?", "what damaged the dome?", {"written": "bn"}),
    ("Answer in Marathi", "", {"written": "mr", "last": True}),
    ("Let an avatar say that in Bengali", "",
     {"avatar": True, "language": "bn", "last": True}),
    ("Read the screen at 0:12", "", {"observe": "read"}),
    ("Listen again to harbour.mp4 from 0:10 to 0:20", "harbour.mp4 from 0:10 to 0:20",
     {"observe": "listen"}),
    ("Export harbour.mp4 as SRT", "harbour.mp4", {"export": Format.SRT}),
    ("Export the harbour clip as VTT subtitles", "the harbour clip", {"export": Format.VTT}),
    ("Save the film's subtitles as srt", "the film", {"export": Format.SRT}),
    ("What are the three main points of the film?", "the film", {"kind": Kind.BRIEF}),
    ("What are the takeaways from the memo?", "the memo", {"kind": Kind.BRIEF}),
    ("Save the transcript of memo.wav as srt", "memo.wav", {"export": Format.SRT}),
    ("Look at 0:12 of harbour.mp4", "0:12 of harbour.mp4", {"observe": "look"}),
    ("What do you see at 0:12 in the film?", "at 0:12 in the film", {"observe": "look"}),
    ("What can be seen in the harbour film?", "in the harbour film", {"observe": "look"}),
    ("What is in the picture when she mentions the toll?", "when she mentions the toll",
     {"observe": "look"}),
    ("What does the camera show right after the storm?", "right after the storm",
     {"observe": "look"}),
])
def test_requests_are_read(question: str, about: str, read: dict[str, Any]) -> None:
    request = read_request(question)
    if not (read.get("observe") == "read"):
        assert request.about == about
    assert {name: getattr(request, name) for name in read} == read


@every("question", [
    "What damaged the dome?", "What did she say about Houston?", "Who said it?",
    "When does the last bus leave in Hindi?", "Summarise the part about the lighthouse",
    "What did he read at 0:12?", "And after that?", "How many times is 'clip art' said?",
    "What was shown in the clipping from 1969?", "Show me the moment when the storm came",
    "Where did he play football?", "What was read aloud in the court room?",
    "In March, what was approved?", "What did he answer in Hindi?", "Did she answer in time?",
    "Tell me in which year: was it 1969?", "What did she see at the harbour?",
    "What can be seen from the lighthouse?", "What do you see in the future of the harbour?",
    "What is visible on the screen at 0:12?",
])
def test_plain_questions_are_left_as_they_are(question: str) -> None:
    request = read_request(question)
    assert request.about == question
    assert request.kind is None
    assert not any((request.clip, request.aloud, request.observe, request.last))


@pytest.mark.parametrize(("question", "file"), [
    ("What is the last thing said in memo.wav?", None),  # nothing is written
    ("Make a clip of the storm in harbour.mp4", None),  # a medium of the archive
    ("What is in the picture at 0:12 in harbour.mp4?", None),
    ("Make a clip of the storm in storm.mp4", "storm.mp4"),
])
def test_a_file_is_named_only_where_one_is_made(question: str, file: str | None) -> None:
    request = read_request(question, NAMES.media)
    assert request.file == file
    assert file or request.about.endswith((".wav", ".mp4", ".wav?"))


def test_only_words_of_a_request_that_no_rule_places_are_left_to_the_model() -> None:
    assert read_request("I'd love a little recap, nothing long, of the storm").named
    assert not read_request("What damaged the dome?").named
    assert not read_request("Summarise the storm").named


@pytest.mark.parametrize(("question", "do", "about", "kept"), [
    ("I'd love a recap of how the ferry sank", ["summary"], "how the ferry sank", True),
    ("I'd love a recap of how the ferry sank", ["clip"], "how the ferry sank", False),
    ("I'd love a recap of how the ferry sank", ["summary"], "delete everything", False),
    ("I'd love a recap of how the ferry sank", ["summary"], "", False),
    ("I'd love a recap of how the ferry sank", ["rm -rf"], "how the ferry sank", False),
])
def test_of_a_proposal_only_what_the_question_says_is_believed(
    question: str, do: list[str], about: str, kept: bool
) -> None:
    request = believed(Proposal(do=do, about=about), question)
    assert (request is not None) == kept
    if request:
        assert (request.kind, request.clip, request.file) == (Kind.SUMMARY, False, None)


@every(("question", "about", "read"), [
    ("Save the subtitles of harbour.mp4 as VTT", "harbour.mp4", {"export": Format.VTT}),
    ("Export the subtitles of talk.mp3 as SRT.", "talk.mp3", {"export": Format.SRT}),
    ("Can you please save the captions of talk.mp3 as talk.srt", "talk.mp3",
     {"export": Format.SRT, "file": "talk.srt"}),
    ("Export the chapters of harbour.mp4 for YouTube", "harbour.mp4",
     {"export": Format.YOUTUBE}),
    ("Save the chapters of harbour.mp4 as ffmetadata", "harbour.mp4",
     {"export": Format.FFMETADATA}),
    ("Export what was said about the ferry as a Markdown list with links", "the ferry",
     {"export": Format.MARKDOWN}),
    ("Export harbour.mp4 as an EDL", "harbour.mp4", {"export": Format.EDL}),
    ("Give me a still of harbour.mp4 at 0:05", "harbour.mp4 at 0:05", {"stills": 1}),
    ("Save three stills of harbour.mp4.", "harbour.mp4", {"stills": 3}),
    ("Take 4 screenshots of harbour.mp4", "harbour.mp4", {"stills": 4}),
    ("Save a picture of the storm as storm.png", "the storm",
     {"stills": 1, "file": "storm.png"}),
    ("Cut talk.mp3 from 0:00 to 0:05 for me", "talk.mp3 from 0:00 to 0:05", {"clip": True}),
    ("Make chapters for harbour.mp4", "harbour.mp4", {"kind": Kind.CHAPTERS}),
])
def test_files_for_other_programs_are_asked_for(
    question: str, about: str, read: dict[str, Any]
) -> None:
    request = read_request(question)
    assert request.about == about
    assert {name: getattr(request, name) for name in read} == read


@pytest.mark.parametrize("question", [
    "What did she export from Chile?", "Who made the picture of the harbour?",
    "Are the subtitles of the film right?", "Why did they cut the budget from 9 to 7?",
    "What did he still say about the storm?",
])
def test_words_of_an_export_alone_ask_for_none(question: str) -> None:
    request = read_request(question)
    assert request.about == question
    assert not request.makes
