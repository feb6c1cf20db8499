"""What the rules read in questions in the languages of India, native and romanised."""

import re

import pytest
from indic_numtowords import num2words

from bench.asking import BOOKS, book, checked, hangs
from tests.every import every
from tests.indexes.wordings import RELATIONS, asked
from tests.sampling import sampled
from trikal.indexes.rules import asks_when, language_of, read_question, relations_named
from trikal.indexes.rules.verb_final import table
from trikal.indexes.rules.verb_final.romanising import romanised
from trikal.indexes.temporal import Ambiguous, Relation

BY_WRITING = [(code, each) for code in BOOKS for each in book(code)["questions"]]
QUESTIONS = sampled(BY_WRITING, 4, of=lambda case: (case[0], case[1]["q"].isascii()))
PLAIN = [(code, each) for code in BOOKS for each in book(code)["plain"]["questions"]]


@every(("code", "wanted"), QUESTIONS, of=lambda code, _: code)
def test_a_question_is_read_as_its_phrase_book_says(code: str, wanted: dict[str, object]) -> None:
    found = checked(wanted)
    assert language_of(found.question) == code
    assert (found.relation, found.split) == ("", "")


@every(("code", "question"), PLAIN, of=lambda code, _: code)
def test_a_question_without_order_is_searched_for_as_it_stands(code: str, question: str) -> None:
    assert not hangs(question)
    assert language_of(question) in (code, "en")  # with one little word it is not told yet


@every("code", BOOKS)
def test_a_book_is_large_enough_in_both_ways_of_writing(code: str) -> None:
    latin = sum(each["q"].isascii() for each in book(code)["questions"])
    assert latin >= 15
    assert len(book(code)["questions"]) - latin >= 20
    assert len(book(code)["plain"]["questions"]) >= 15


@every("question", [
    "What was said after the storm?", "Who sang 'ke baad kya hua' before the show?",
    "What is Kya Kehna about?", "When does the Hindi teacher say \"kab tak\"?", "budget", "1:05",
    "", "Kal Ho Naa Ho", "ke", "Where do they mention Pune and Nagpur ki sadak?",
    "On which slide is मराठी shown, and what was said before that by the host?",
])
def test_an_english_question_stays_english(question: str) -> None:
    assert language_of(question) == "en"


@pytest.mark.parametrize("relation", sampled(RELATIONS, 8))
def test_every_wording_of_the_english_phrase_book_stays_english(relation: str) -> None:
    assert not {each.question for each in asked(relation) if language_of(each.question) != "en"}


@pytest.mark.parametrize(("question", "code"), [
    ("train varumbodhu yaaru azhudhaanga", "ta"), ("minister matladutunnappudu evaru unnaru", "te"),
    ("vantenanu edi debbatisindi?", "te"), ("paalathai ethu sethapaduthiyathu?", "ta"),
    ("setur khoti ke koreche?", "bn"), ("pulache nuksan kashane zale?", "mr"),
    ("pul ne kone nuksan pahonchadyu?", "gu"), ("setuvege hani madiddu yavudu?", "kn"),
    ("pul ne kisne banaya?", "hi"), ("pul nu kisne banaya?", "pa"),
    ("Does he know Hindi or Telugu?", "en"), ("Nissanka and Tunda sang in Hindi", "en"),
])
def test_a_language_is_told_by_the_ends_of_its_words(question: str, code: str) -> None:
    assert language_of(question) == code


def test_a_script_without_a_table_is_left_to_english() -> None:
    assert read_question("これはなに?").query.target == "これはなに?"


@pytest.mark.parametrize("code", sampled(BOOKS, 2))
def test_numbers_from_one_to_a_hundred_are_read_in_words(code: str) -> None:
    own = book(code)["numbers"].get("words", {})
    for number in range(1, 101):
        for words in own.get(str(number)) or num2words(number, lang=code, variations=True):
            question = book(code)["numbers"]["question"].format(words)
            windows = read_question(question, code=code).query.absolutes
            assert [each.start_ms for each in windows] == [number * 1000], question


@every(("question", "ms"), [
    ("dedh minute par kya hua", 90_000), ("साढ़े तीन मिनट पर क्या हुआ", 210_000),
    ("सवा घंटे पर क्या हुआ", 4_500_000), ("पौने दो मिनट पर क्या हुआ", 105_000),
    ("ikattees second par kya hua", 31_000), ("pachaas second par kya hua", 50_000),
    ("1 घंटा 5 मिनट पर क्या हुआ", 3_900_000), ("adhe ghante par kya hua", 1_800_000),
    ("ਸਾਢੇ ਤਿੰਨ ਮਿੰਟ 'ਤੇ ਕੀ ਹੋਇਆ", 210_000), ("dedh minute te ki hoya si", 90_000),
    ("ਪੌਣੇ ਦੋ ਮਿੰਟ 'ਤੇ ਕੀ ਹੋਇਆ", 105_000), ("ਢਾਈ ਘੰਟੇ 'ਤੇ ਕੀ ਹੋਇਆ", 9_000_000),
    ("രണ്ടര മിനിറ്റിൽ എന്താണ് നടന്നത്", 150_000), ("മുക്കാൽ മണിക്കൂറിൽ എന്ത് നടന്നു", 2_700_000),
    ("irupathanchu secondil enthanu nadannathu", 25_000),
    ("irupathiyanchu secondil enthanu nadannathu", 25_000),
    ("સાડા ત્રણ મિનિટે શું થયું", 210_000), ("સાડાત્રણ મિનિટે શું થયું", 210_000),
    ("સવા બે મિનિટે શું થયું", 135_000), ("સવા કલાકે શું થયું", 4_500_000),
    ("પોણા બે મિનિટે શું થયું", 105_000), ("પોણા કલાકે શું થયું", 2_700_000),
    ("પોણી મિનિટે શું થયું", 45_000), ("sada tran minute e shu thayu", 210_000),
    ("sava be minute e shu thayu", 135_000), ("pona be minute e shu thayu", 105_000),
    ("साडेतीन मिनिटांनी काय झाले", 210_000), ("सव्वादोन मिनिटांनी काय झाले", 135_000),
    ("दीड मिनिटांनी काय झाले", 90_000), ("अडीच मिनिटांनी काय झाले", 150_000),
    ("இரண்டரை நிமிடத்தில் என்ன நடந்தது", 150_000), ("ஒன்றரை மணி நேரத்தில் என்ன நடந்தது", 5_400_000),
    ("ainthavathu nimidathil enna nadanthathu", 300_000),
    ("రెండున్నర నిమిషాల వద్ద ఏం జరిగింది", 150_000), ("ఐదవ నిమిషంలో ఏమి చూపించారు", 300_000),
])
def test_halves_and_quarters_are_read(question: str, ms: int) -> None:
    windows = read_question(question).query.absolutes
    assert [each.start_ms for each in windows] == [ms]


@every("digits", ["१०", "১০", "੧੦", "૧૦", "௧௦", "౧౦", "೧೦", "൧൦", "10"])
def test_digits_of_every_script_are_read(digits: str) -> None:
    window = read_question(f"0:{digits} पर क्या कहा गया?").query.absolutes[0]
    assert window.start_ms == 10_000


def test_an_oclock_is_on_the_wall_and_a_doubtful_time_is_asked_about() -> None:
    query = read_question("शाम 5 बजे क्या कहा गया?").query
    assert query.constraints[0].words() == "at 17:00 on the wall clock"
    doubtful = read_question("3:30 बजे क्या कहा गया?").query.constraints[0]
    assert isinstance(doubtful, Ambiguous)
    assert doubtful.text == "3:30 बजे"


@pytest.mark.parametrize(("question", "time"), [
    ("સાંજે સાડા પાંચ વાગ્યે શું કહ્યું?", "17:30"), ("સવારે સવા નવ વાગ્યે શું કહ્યું?", "09:15"),
    ("રાત્રે પોણા દસ વાગ્યે શું કહ્યું?", "21:45"), ("शाम साढ़े पाँच बजे क्या कहा?", "17:30"),
])
def test_halves_and_quarters_stand_before_an_oclock_too(question: str, time: str) -> None:
    assert read_question(question).query.constraints[0].words() == f"at {time} on the wall clock"


def test_quotes_are_never_read_as_being_about_time() -> None:
    query = read_question("\"तूफान के बाद\" से पहले क्या कहा गया?").query
    assert query.anchored is not None
    assert (query.anchored.relation, query.anchored.anchor.target) == (
        Relation.BEFORE, "तूफान के बाद")
    assert query.anchored.anchor.verbatim


def test_an_event_may_hang_on_another() -> None:
    query = read_question("चुनाव से पहले आखिरी भाषण के बाद क्या कहा गया?").query
    hung = query.anchored
    assert hung is not None
    assert (hung.relation, hung.anchor.target, hung.anchor.ordinal) == (
        Relation.AFTER, "भाषण", -1)
    assert hung.anchor.anchored is not None
    assert hung.anchor.anchored.anchor.target == "चुनाव"


def test_too_many_events_are_a_problem_that_says_what_to_do() -> None:
    reading = read_question("क से पहले ख के बाद ग से पहले घ के बाद ङ से पहले क्या कहा गया?")
    assert "two steps" in reading.problem


def test_words_that_point_back_hang_on_the_sentence_before() -> None:
    query = read_question("घंटी बजी। उसके बाद क्या कहा गया?").query
    assert query.anchored is not None
    assert query.anchored.relation is Relation.RIGHT_AFTER
    assert query.anchored.anchor.target == "घंटी बजी"
    assert not read_question("उसके बाद क्या कहा गया?").sure


def test_dots_joiners_and_nasal_signs_make_no_difference() -> None:
    ways = ["पाँच मिनट पर क्या दिखाया गया?", "पांच मिनट पर क्या दिखाया गया?",
            "पाँच मिनट पर क्\u200dया दिखाया गया?"]
    assert {read_question(way).query.constraints for way in ways} == {
        read_question(ways[0]).query.constraints}
    assert read_question(ways[0]).query.constraints


def test_questions_for_a_time_and_named_relations_are_told() -> None:
    assert asks_when("बजट की बात कब हुई?")
    assert asks_when("budget ki baat kab hui thi?")
    assert not asks_when("बजट के बारे में क्या कहा गया?")
    assert relations_named("तूफान के बाद क्या कहा गया?") == {Relation.AFTER}


@every(("word", "spelled"), [
    ("पहले", ("pehle", "pahle", "pahale")), ("क्या", ("kya", "kyaa")), ("के", ("ke",)),
    ("इकतीस", ("iktis", "ikattees", "ikatis")), ("ज़िक्र", ("zikr", "jikr", "zikra")),
    ("பிறகு", ("piragu", "piraku", "pirahu")), ("తర్వాత", ("tarvata", "tarvatha", "tarwata")),
    ("ನಂತರ", ("nantara", "nanthara", "nantar")), ("ശേഷം", ("shesham", "sesham")),
    ("পরে", ("pore", "pare")), ("પછી", ("pachhi", "pachi")), ("ਤੋਂ", ("ton", "to")),
    ("പറഞ്ഞത്", ("paranjath", "paranjathu", "parannath")),
    ("ਗਿਆ", ("gia", "gya", "geya", "giya")), ("ਵਿੱਚ", ("vich", "vicch", "wich")),
    ("ਸ਼ੁਰੂ", ("shuru", "shooru", "suru")),
])
def test_a_word_is_known_in_the_spellings_people_type(word: str, spelled: tuple[str, ...]) -> None:
    pattern = re.compile(romanised(word))
    assert not [each for each in spelled if not pattern.fullmatch(each)]


@every(("question", "code"), [
    ("storm ton baad ki hoya?", "pa"), ("storm ke baad kya hua?", "hi"),
    ("meeting vich budget bare ki keha gaya", "pa"), ("meeting mein budget ki baat kab hui", "hi"),
    ("mainu dasso goal kadon hoya", "pa"), ("batao goal kab hua tha", "hi"),
])
def test_punjabi_is_told_from_hindi_where_its_words_tell(question: str, code: str) -> None:
    assert language_of(question) == code


def test_gurmukhi_is_read_with_or_without_addak_and_with_either_nasal_sign() -> None:
    ways = ["ਗੋਲ ਤੋਂ ਇੱਕ ਮਿੰਟ ਬਾਅਦ ਕੀ ਦੱਸਿਆ ਗਿਆ?", "ਗੋਲ ਤੋਂ ਇਕ ਮਿਂਟ ਬਾਅਦ ਕੀ ਦਸਿਆ ਗਿਆ?"]
    assert read_question(ways[0]).query.constraints
    assert len({read_question(way).query for way in ways}) == 1


@pytest.mark.parametrize("question", [
    "ഗോളിന് രണ്ട് മിനിറ്റ് മുൻപ് എന്ത് പറഞ്ഞു?", "ഗോളിനു രണ്ടു മിനിറ്റു മുമ്പ് എന്തു പറഞ്ഞു?",
    "ഗോളിനു് രണ്ടു് മിനിറ്റ് മുന്‍പ് എന്ത് പറഞ്ഞു?",
])
def test_malayalam_is_read_however_its_half_vowel_and_bare_letters_are_stored(
    question: str,
) -> None:
    query = read_question(question).query
    assert query.anchored is not None
    assert (query.anchored.relation, query.anchored.anchor.target, query.target) == (
        Relation.BEFORE, "ഗോൾ", "")
    assert query.anchored.at_least_ms == 96_000


@every(("words", "events"), [
    ("{} ke baad kya hua?", "fire bell war pani toss"),
    ("{} nantar kay jhale?", "fire bell war pani toss"),
    ("{} er por ki holo?", "fire bell ball gate toss"),
    ("{} pachhi shu thayu?", "fire bell war pani toss"),
    ("{} ton baad ki hoya?", "fire bell war pani sun noon bite"),
    ("{} kazhinju enthanu nadannathu?", "fire bell war part port put toss"),
])
def test_an_english_word_is_an_event_though_it_sounds_like_a_little_word(
    words: str, events: str
) -> None:
    found = [read_question(words.format(event)).query.anchored for event in events.split()]
    assert [each and each.anchor.target for each in found] == events.split()


@pytest.mark.parametrize("question", [
    "पहले भाषण और दूसरे भाषण के बीच में क्या हुआ?", "ਪਹਿਲੇ ਭਾਸ਼ਣ ਤੇ ਦੂਜੇ ਭਾਸ਼ਣ ਦੇ ਵਿਚਕਾਰ ਕੀ ਹੋਇਆ?",
    "pehle bhashan aur dusre bhashan ke beech mein kya hua?",
])
def test_between_two_meetings_or_speeches_is_not_the_middle_of_one(question: str) -> None:
    query = read_question(question).query
    assert query.anchored is not None
    assert query.anchored.relation is Relation.BETWEEN


@every("question", [
    "आठवें मिनट में क्या हुआ?", "आठव्या मिनिटाला काय झाले?", "આઠમી મિનિટે શું થયું?",
    "ਅੱਠਵੇਂ ਮਿੰਟ 'ਤੇ ਕੀ ਹੋਇਆ?", "എട്ടാം മിനിറ്റിൽ എന്താണ് നടന്നത്?", "8th minute te ki hoya si?",
])
def test_an_ordinal_may_count_minutes(question: str) -> None:
    assert [each.start_ms for each in read_question(question).query.absolutes] == [480_000]


@pytest.mark.parametrize("question", [
    "चौथे मिनट के बाद क्या हुआ?", "चौथ्या मिनिटानंतर काय झाले?", "ચોથી મિનિટ પછી શું થયું?",
    "ਚੌਥੇ ਮਿੰਟ ਤੋਂ ਬਾਅਦ ਕੀ ਹੋਇਆ?", "നാലാം മിനിറ്റിന് ശേഷം എന്താണ് നടന്നത്?",
])
def test_an_ordinal_that_is_a_word_of_its_own_may_count_minutes_too(question: str) -> None:
    assert [each.start_ms for each in read_question(question).query.absolutes] == [240_000]


def test_then_is_a_word_of_its_own() -> None:
    hung = read_question("jab neta bol raha tha tab kya hua?").query.anchored
    assert hung is not None
    assert hung.anchor.target == "neta bol raha tha"


def test_an_english_question_loads_no_other_table(monkeypatch: pytest.MonkeyPatch) -> None:
    table.cache_clear()
    read_question("What was said after the storm, about the budget?")
    assert table.cache_info().currsize == 0


@every("question", [
    "के बाद", "बाद", "से पहले क्या?", "के बीच", "और के बीच", "जब", "जब तब", "\"\" के बाद", "१:",
    "क" * 3000, "के बाद " * 300, "और " * 500 + "के बीच", "१०० " * 400 + "मिनट",
])
def test_fragments_and_long_texts_are_read_without_harm(question: str) -> None:
    reading = read_question(question)
    assert len(reading.query.target) <= 2_000
