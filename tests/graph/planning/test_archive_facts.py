"""Questions about the archive itself are answered by its catalogue, with no model and no search."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.every import every
from tests.graph.makers import MEDIA, MEMO, item
from tests.graph.test_agent import ask
from trikal.catalogue import Medium
from trikal.graph.context import Context
from trikal.graph.planning.archive_facts import (
    AboutArchive,
    ArchiveFact,
    about_archive,
    meant,
    meant_first,
    on_films,
    only_film,
)
from trikal.graph.planning.archive_telling import told_of
from trikal.graph.planning.understanding import understood
from trikal.indexes.rules import Vocabulary, read_question

FILM = next(each for each in MEDIA.values() if each.kind == "video")
SECOND = Medium(id="6" * 64, name="island.mp4", kind="video", size_bytes=1, duration_ms=90_500)
BOTH, ALL = (FILM, MEMO), (FILM, SECOND, MEMO)
ASKED: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("archive_of_india.toml").read_text(encoding="utf-8"))
MEANT = {"both": BOTH, "film": (FILM,), "memo": (MEMO,)}


def read(question: str) -> tuple[ArchiveFact, tuple[Medium, ...]] | None:
    asked = about_archive(question, BOTH)
    return (asked.fact, asked.media) if asked else None



@every(("question", "fact", "media"), [
    ("How many recordings are there?", ArchiveFact.MEDIA, BOTH),
    ("Which recordings are in the archive?", ArchiveFact.MEDIA, BOTH),
    ("List all videos", ArchiveFact.MEDIA, (FILM,)),
    ("How many films are there?", ArchiveFact.MEDIA, (FILM,)),
    ("Which audio files do I have?", ArchiveFact.MEDIA, (MEMO,)),
    ("What does this archive contain?", ArchiveFact.MEDIA, BOTH),
    ("How long is the film?", ArchiveFact.LENGTH, (FILM,)),
    ("How long is memo.wav?", ArchiveFact.LENGTH, (MEMO,)),
    ("How long does the memo last?", ArchiveFact.LENGTH, (MEMO,)),
    ("What is the running time of harbour?", ArchiveFact.LENGTH, (FILM,)),
    ("How long is the recording?", ArchiveFact.LENGTH, BOTH),
    ("Who is speaking?", ArchiveFact.SPEAKERS, BOTH),
    ("How many speakers are there?", ArchiveFact.SPEAKERS, BOTH),
    ("What is this archive about?", ArchiveFact.OVERVIEW, BOTH),
    ("What is in the memo?", ArchiveFact.OVERVIEW, (MEMO,)),
    ("What's harbour.mp4 about?", ArchiveFact.OVERVIEW, (FILM,)),
    ("Give me a quick overview of the film", ArchiveFact.OVERVIEW, (FILM,)),
    ("What do they talk about in the film?", ArchiveFact.OVERVIEW, (FILM,)),
    ("Which topics are covered?", ArchiveFact.OVERVIEW, BOTH),
])
def test_questions_about_the_archive_are_told(
    question: str, fact: ArchiveFact, media: tuple[Medium, ...]
) -> None:
    assert read(question) == (fact, media)


def test_where_none_is_of_the_kind_all_are_told() -> None:
    asked = about_archive("How many videos are there?", [MEMO])
    assert asked == AboutArchive(fact=ArchiveFact.MEDIA, media=(MEMO,))
    assert "(audio" in told_of(asked, [], [])


@every(("question", "media"), [
    ("How long is the Old Harbour clip?", ("old-harbour-tour.mp4",)),
    ("How long is old harbour?", ("old-harbour-tour.mp4",)),
    ("What is the tour film about?", ("old-harbour-tour.mp4", "tour_2.mp4")),
    ("What is said in the film old harbour?", ("old-harbour-tour.mp4",)),
])
def test_a_part_of_a_name_is_enough(question: str, media: tuple[str, ...]) -> None:
    named = [FILM.model_copy(update={"id": str(n) * 64, "name": name}) for n, name in enumerate(
        ("old-harbour-tour.mp4", "tour_2.mp4", "ferry.mp4"))]
    asked = about_archive(question, named)
    assert asked is not None
    assert tuple(each.name for each in asked.media) == media


def test_one_word_of_a_name_alone_is_a_thing() -> None:
    assert about_archive("How long is the tour?", [
        FILM.model_copy(update={"name": "tour_2.mp4"})]) is None


@every(("question", "fact", "media"), [
    ("कितनी रिकॉर्डिंग हैं?", ArchiveFact.MEDIA, BOTH),
    ("यहाँ कुल कितने वीडियो हैं?", ArchiveFact.MEDIA, BOTH),
    ("kitni recordings hain?", ArchiveFact.MEDIA, BOTH),
    ("इस संग्रह में क्या-क्या है?", ArchiveFact.MEDIA, BOTH),
    ("is archive mein kya kya hai?", ArchiveFact.MEDIA, BOTH),
    ("सभी वीडियो की सूची दिखाओ", ArchiveFact.MEDIA, BOTH),
    ("sabhi videos dikhao", ArchiveFact.MEDIA, BOTH),
    ("कौन-कौन सी फ़ाइलें हैं?", ArchiveFact.MEDIA, BOTH),
    ("kaun kaun si recordings hain?", ArchiveFact.MEDIA, BOTH),
    ("फ़िल्म कितनी लंबी है?", ArchiveFact.LENGTH, (FILM,)),
    ("फिल्म कितने मिनट की है?", ArchiveFact.LENGTH, (FILM,)),
    ("film kitni lambi hai?", ArchiveFact.LENGTH, (FILM,)),
    ("video kitne minute ka hai?", ArchiveFact.LENGTH, (FILM,)),
    ("memo.wav की अवधि क्या है?", ArchiveFact.LENGTH, (MEMO,)),
    ("मेमो कितनी देर चलता है?", ArchiveFact.LENGTH, (MEMO,)),
    ("कौन बोल रहा है?", ArchiveFact.SPEAKERS, BOTH),
    ("कितने लोग बोलते हैं?", ArchiveFact.SPEAKERS, BOTH),
    ("kaun kaun bol raha hai?", ArchiveFact.SPEAKERS, BOTH),
    ("फ़िल्म किस बारे में है?", ArchiveFact.OVERVIEW, (FILM,)),
    ("ye film kis bare mein hai?", ArchiveFact.OVERVIEW, (FILM,)),
    ("वीडियो में क्या है?", ArchiveFact.OVERVIEW, (FILM,)),
    ("harbour.mp4 में क्या बताया गया है?", ArchiveFact.OVERVIEW, (FILM,)),
    ("मुख्य विषय क्या हैं?", ArchiveFact.OVERVIEW, BOTH),
    ("किन विषयों पर बात हुई?", ArchiveFact.OVERVIEW, BOTH),
])
def test_hindi_asks_for_the_archive_too(
    question: str, fact: ArchiveFact, media: tuple[Medium, ...]
) -> None:
    assert read(question) == (fact, media)


@every(("question", "fact", "media"), [
    ("কতগুলো রেকর্ডিং আছে?", ArchiveFact.MEDIA, BOTH),
    ("এখানে মোট কয়টি ভিডিও আছে?", ArchiveFact.MEDIA, BOTH),
    ("এই সংগ্রহে কী কী আছে?", ArchiveFact.MEDIA, BOTH),
    ("সব ভিডিওর তালিকা দেখাও", ArchiveFact.MEDIA, BOTH),
    ("kotogulo video ache?", ArchiveFact.MEDIA, BOTH),
    ("ভিডিওটি কত লম্বা?", ArchiveFact.LENGTH, (FILM,)),
    ("ফিল্মটা কত মিনিটের?", ArchiveFact.LENGTH, (FILM,)),
    ("memo.wav এর দৈর্ঘ্য কত?", ArchiveFact.LENGTH, (MEMO,)),
    ("মেমো কতক্ষণ চলে?", ArchiveFact.LENGTH, (MEMO,)),
    ("কে কথা বলছে?", ArchiveFact.SPEAKERS, BOTH),
    ("কতজন বক্তা আছেন?", ArchiveFact.SPEAKERS, BOTH),
    ("ভিডিওটি কী নিয়ে?", ArchiveFact.OVERVIEW, (FILM,)),
    ("এই ভিডিওতে কী আছে?", ArchiveFact.OVERVIEW, (FILM,)),
    ("harbour.mp4 তে কী বলা হয়েছে?", ArchiveFact.OVERVIEW, (FILM,)),
    ("মূল বিষয় কী?", ArchiveFact.OVERVIEW, BOTH),
    ("எத்தனை பதிவுகள் உள்ளன?", ArchiveFact.MEDIA, BOTH),
    ("இந்த காப்பகத்தில் என்னென்ன உள்ளன?", ArchiveFact.MEDIA, BOTH),
    ("எல்லா வீடியோக்களையும் காட்டு", ArchiveFact.MEDIA, BOTH),
    ("ethanai video irukku?", ArchiveFact.MEDIA, BOTH),
    ("படம் எவ்வளவு நேரம் ஓடும்?", ArchiveFact.LENGTH, (FILM,)),
    ("வீடியோவின் நீளம் என்ன?", ArchiveFact.LENGTH, (FILM,)),
    ("memo.wav எத்தனை நிமிடம்?", ArchiveFact.LENGTH, (MEMO,)),
    ("யார் பேசுகிறார்கள்?", ArchiveFact.SPEAKERS, BOTH),
    ("எத்தனை பேர் பேசுகிறார்கள்?", ArchiveFact.SPEAKERS, BOTH),
    ("படம் எதைப் பற்றியது?", ArchiveFact.OVERVIEW, (FILM,)),
    ("வீடியோவில் என்ன இருக்கிறது?", ArchiveFact.OVERVIEW, (FILM,)),
    ("முக்கிய கருத்துகள் என்ன?", ArchiveFact.OVERVIEW, BOTH),
])
def test_bengali_and_tamil_ask_for_the_archive_too(
    question: str, fact: ArchiveFact, media: tuple[Medium, ...]
) -> None:
    assert read(question) == (fact, media)


@every(("fact", "question", "media"), [
    (fact, *case) for asked in ASKED.values() for fact in ArchiveFact
    for case in asked.get(fact, ())])
def test_ten_languages_ask_for_the_archive(fact: ArchiveFact, question: str, media: str) -> None:
    assert read(question) == (fact, MEANT[media])


@every("question", [each for asked in ASKED.values() for each in asked["not"]])
def test_what_only_looks_so_is_left_to_the_search(question: str) -> None:
    assert about_archive(question, BOTH) is None


def test_every_language_asks_for_every_fact_and_six_in_both_ways_of_writing() -> None:
    assert set(ASKED) == {"en", "hi", "bn", "ta", "te", "mr", "gu", "kn", "ml", "pa"}
    for code, asked in ASKED.items():
        assert asked["languages"], code
        for fact in ArchiveFact if code in {"te", "mr", "gu", "kn", "ml", "pa"} else ():
            latin = [each for each, _ in asked[fact] if each.isascii()]
            assert latin, (code, fact)
            assert len(latin) < len(asked[fact])


@every("question", [
    "বাজেট কী নিয়ে?", "বাক্সে কী আছে?", "সেতুটি কত লম্বা?", "ঝড় কতক্ষণ চলে?", "0:10 এ কে কথা বলছে?",
    "ভিডিও সম্পর্কে সে কী বলেছে?", "কতজন আয়নাটি পালিশ করেছে?", "ঝড়ের পরে কী বলা হয়েছে?",
    "பாலத்தின் நீளம் என்ன?", "பெட்டியில் என்ன இருக்கிறது?", "புயல் எவ்வளவு நேரம் இருந்தது?",
    "வீடியோவைப் பற்றி அவர் என்ன சொன்னார்?", "புயலுக்குப் பிறகு என்ன சொல்லப்பட்டது?",
])
def test_bengali_and_tamil_questions_about_what_is_said_are_left_to_the_search(
    question: str
) -> None:
    assert about_archive(question, BOTH) is None


@every("question", [
    "बजट किस बारे में है?", "डिब्बे में क्या है?", "पुल कितना लंबा है?", "तूफ़ान कितनी देर चला?",
    "0:10 पर कौन बोल रहा है?", "pul kitna lamba hai?", "कितने लोगों ने दर्पण चमकाया?",
    "उसने फ़िल्म के बारे में क्या कहा?", "फ़िल्म का ज़िक्र कब हुआ?", "कितनी नावें हैं?",
    "मेमो का पहला शब्द क्या है?", "फ़िल्म में तूफ़ान के बाद क्या कहा गया?", "kitni der baad ferry aayi?",
    "वीडियो में कप्तान ने क्या कहा?",
])
def test_hindi_questions_about_what_is_said_are_left_to_the_search(question: str) -> None:
    assert about_archive(question, BOTH) is None


@every("question", [
    "What is the budget about?", "What is in the box?", "How long is the bridge?",
    "How long did the storm last?", "Who is speaking at 0:10?", "Which films did she mention?",
    "How many people polished the mirror?", "What did he say about the film?",
    "How long is the film mentioned?", "What does the captain talk about?",
    "How many recordings did they make?", "What is the memo's first word?",
])
def test_questions_about_what_is_said_are_left_to_the_search(question: str) -> None:
    assert about_archive(question, BOTH) is None


@every(("words", "media"), [
    ("the film", (FILM, SECOND)), ("the podcast", (MEMO,)), ("the talk", ALL), ("here", ALL),
    ("the whole archive", ALL), ("island", (SECOND,)), ("the film island.mp4", (SECOND,)),
    ("the island film", (SECOND,)), ("the storm", ()), ("it", ()), ("the isl", ()),
])
def test_media_are_meant_by_name_or_kind(words: str, media: tuple[Medium, ...]) -> None:
    assert [each.name for each in meant(words, ALL)] == [each.name for each in media]


@every(("question", "media", "where"), [
    ("What was said in the second half of the film?", BOTH, ("harbour.mp4",)),
    ("How does the video end?", BOTH, ("harbour.mp4",)),
    ("How does the film end?", ALL, ()),  # which one?
    ("How does the film end?", (FILM,), ()),
    ("What did he say about the film?", BOTH, ()),
    ("What was said in the second half of memo.wav?", BOTH, ("memo.wav",)),
    ("फ़िल्म के अंत में क्या हुआ?", BOTH, ("harbour.mp4",)),
    ("film ke ant mein kya hua?", BOTH, ("harbour.mp4",)),
    ("फ़िल्म के अंत में क्या हुआ?", ALL, ()),
    ("उसने फ़िल्म के बारे में क्या कहा?", BOTH, ()),
    ("What was said after the film was mentioned?", BOTH, ()),
])
def test_the_film_is_the_only_one_there_is(
    question: str, media: tuple[Medium, ...], where: tuple[str, ...]
) -> None:
    read = read_question(question, Vocabulary(media=("harbour.mp4", "memo.wav"))).query
    assert only_film(question, read, media).scope.media == where


@pytest.mark.parametrize(("question", "media", "where"), [
    ("What was on the screen while she spoke of the ferry?", ALL, ("harbour.mp4", "island.mp4")),
    ("What was on the screen while she spoke of the ferry?", (FILM,), ()),  # it is all there is
    ("What was on the screen while she spoke of the ferry?", (MEMO,), ()),
    ("What was said while she spoke of the ferry?", ALL, ()),
    ("Which slide is about the ferry?", ALL, ()),
])
def test_what_is_on_the_screen_while_something_is_said_is_looked_for_in_films(
    question: str, media: tuple[Medium, ...], where: tuple[str, ...]
) -> None:
    read = read_question(question, Vocabulary(media=("harbour.mp4", "memo.wav"))).query
    assert on_films(read, media).scope.media == where


@every(("text", "media", "expected"), [
    ("the film from 0:04 to 0:08", BOTH, (FILM, " from 0:04 to 0:08")),
    ("the film", BOTH, (FILM, "")),
    ("The memo where she laughs", BOTH, (MEMO, " where she laughs")),
    ("the talk about taxes", (MEMO,), (MEMO, " about taxes")),
    ("the film from 0:04 to 0:08", ALL, None),  # which one?
    ("the talk about taxes", BOTH, None), ("the filming of the storm", BOTH, None),
    ("the film's subtitles", BOTH, None), ("film", BOTH, None),
    ("the storm in the film", BOTH, None),
])
def test_the_first_words_of_a_request_may_mean_the_one_medium_there_is(
    text: str, media: tuple[Medium, ...], expected: tuple[Medium, str] | None
) -> None:
    assert meant_first(text, media) == expected


def test_of_an_archive_without_films_none_is_meant() -> None:
    assert meant("the film", [MEMO]) == ()


def test_media_are_told_with_their_lengths_and_how_they_begin() -> None:
    asked = AboutArchive(fact=ArchiveFact.MEDIA, media=BOTH)
    assert told_of(asked, [item(text="Good morning.")], []) == (
        "2 recordings: harbour.mp4 (video, 1 min), begins “Good morning.” [1]; "
        "memo.wav (audio, 1 h).")
    one = AboutArchive(fact=ArchiveFact.LENGTH, media=(SECOND,))
    assert told_of(one, [], []) == "island.mp4 is 1 min 30 s long."


def test_of_very_many_media_some_are_named_and_all_are_counted() -> None:
    many = tuple(FILM.model_copy(update={"id": f"{n:064}", "name": f"{n}.mp4"}) for n in range(50))
    told = told_of(AboutArchive(fact=ArchiveFact.MEDIA, media=many), [], [])
    assert told.startswith("50 recordings: 0.mp4 ")
    assert told.endswith("; and 30 more.")


def test_languages_are_named_in_the_language_of_the_question() -> None:
    heard = {FILM.id: {"hi": True, "en": True}, MEMO.id: {"en": True}}
    asked = AboutArchive(fact=ArchiveFact.LANGUAGES, media=BOTH)
    assert told_of(asked, [], [], heard=heard) == (
        "2 languages: Hindi (harbour.mp4), English (harbour.mp4, memo.wav).")
    assert told_of(asked, [], [], "pa", heard={MEMO.id: {"en": True}}) == "1 ਭਾਸ਼ਾ: ਅੰਗਰੇਜ਼ੀ।"
    one = AboutArchive(fact=ArchiveFact.LANGUAGES, media=(FILM,))
    assert told_of(one, [], [], "kn", heard=heard) == "2 ಭಾಷೆಗಳು: ಹಿಂದಿ, ಇಂಗ್ಲಿಷ್."
    assert told_of(one, [], [], heard={}) == ""


def test_a_language_that_was_heard_with_doubt_is_not_told_as_the_truth() -> None:
    asked = AboutArchive(fact=ArchiveFact.LANGUAGES, media=BOTH)
    heard = {FILM.id: {"mr": False, "en": True}, MEMO.id: {"mr": False}}
    assert told_of(asked, [], [], heard=heard) == (
        "2 languages: English (harbour.mp4), perhaps Marathi (harbour.mp4, memo.wav).")
    assert told_of(asked, [], [], "hi", heard={MEMO.id: {"mr": False}}) == "1 भाषा: शायद मराठी।"
    heard = {FILM.id: {"en": True}, MEMO.id: {"en": False}}
    assert told_of(asked, [], [], heard=heard) == (
        "1 language: English (harbour.mp4), perhaps English (memo.wav).")


@every(("question", "fact"), [
    ("Which recordings are in Kannada?", ArchiveFact.LANGUAGES),
    ("Are there any videos in Hindi or Tamil?", ArchiveFact.LANGUAGES),
    ("How many films do I have in Marathi?", ArchiveFact.LANGUAGES),
    ("Which recordings are in the archive?", ArchiveFact.MEDIA),
    ("Which films are in colour?", None),
])
def test_recordings_in_a_language_are_asked_for_by_its_name(
    question: str, fact: ArchiveFact | None
) -> None:
    asked = about_archive(question, BOTH)
    assert (asked and asked.fact) == fact


@pytest.mark.parametrize(("question", "answer"), [
    ("సినిమా ఎంతసేపు ఉంటుంది?", "harbour.mp4 నిడివి 1 నిమిషం."),
    ("chitrapat kiti vel chalto?", "harbour.mp4 ची लांबी 1 मिनिट आहे."),
])
def test_the_agent_answers_from_the_catalogue_in_other_languages(
    question: str, answer: str, context: Callable[..., Context]
) -> None:
    reply = ask(context(), question)
    assert reply["answer"] == answer
    assert reply["notices"] == []


def test_the_agent_does_not_guess_a_language(context: Callable[..., Context]) -> None:
    reply = ask(context(), "Which languages are spoken?")
    assert not reply["found"]
    assert reply["answer"] == (
        "The archive does not tell: nothing notes which language is spoken here.")


def test_hindi_is_told_in_hindi() -> None:
    asked = AboutArchive(fact=ArchiveFact.MEDIA, media=BOTH)
    assert told_of(asked, [item(text="Good morning.")], [], "hi") == (
        "2 रिकॉर्डिंग: harbour.mp4 (वीडियो, 1 मिनट), शुरुआत “Good morning.” [1]; "
        "memo.wav (ऑडियो, 1 घंटा)।")
    one = AboutArchive(fact=ArchiveFact.LENGTH, media=(SECOND,))
    assert told_of(one, [], [], "hi") == "island.mp4 की अवधि 1 मिनट 30 सेकंड है।"


def test_speakers_are_named_or_nobody_notes_them() -> None:
    asked = AboutArchive(fact=ArchiveFact.SPEAKERS, media=BOTH)
    assert told_of(asked, [], ["Anita", "Ravi"]) == "2 speakers: Anita, Ravi."
    assert told_of(asked, [], []) == ""


def test_the_agent_answers_from_the_catalogue(context: Callable[..., Context]) -> None:
    reply = ask(context(), "How long is the film?")
    assert reply["answer"] == "harbour.mp4 is 1 min long."
    assert (reply["found"], reply["citations"]) == (True, [])
    assert reply["plan"]["words"] == "tell the length of the archive"


def test_the_agent_answers_from_the_catalogue_in_hindi(context: Callable[..., Context]) -> None:
    reply = ask(context(), "फ़िल्म कितनी लंबी है?")
    assert (reply["answer"], reply["language"]) == ("harbour.mp4 की अवधि 1 मिनट है।", "hi")
    assert reply["notices"] == []
    assert ask(context(), "Reply in Hindi: how long is the film?")["answer"] == reply["answer"]


def test_a_whole_film_is_summed_up_in_hindi(context: Callable[..., Context]) -> None:
    resources = context().resources
    assert resources
    for question in ("फ़िल्म का सारांश दो", "film ka saransh do"):
        (step,) = understood(question, [], resources).plan["steps"]
        assert (step["do"], step["kind"], step["medium"]) == ("compose", "summary", "harbour.mp4")


def test_the_agent_does_not_guess_who_speaks(context: Callable[..., Context]) -> None:
    reply = ask(context(), "Who is speaking?")
    assert not reply["found"]
    assert reply["answer"] == "The archive does not tell: nothing notes who speaks here."


def test_with_nothing_shown_yet_key_points_are_those_of_the_only_medium(
    context: Callable[..., Context]
) -> None:
    resources = context().resources
    assert resources
    (step,) = understood("Give me the key points", [], resources).plan["steps"]
    assert (step["do"], step["kind"], step["medium"]) == ("compose", "brief", "harbour.mp4")
