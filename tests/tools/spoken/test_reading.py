"""How figures and signs are read aloud."""

from hypothesis import given
from hypothesis import strategies as st

from tests.every import every
from trikal.tools.spoken.reading import cleaned, tokens
from trikal.tools.spoken.vocabulary import vocabulary

LANGUAGES = ("en", "hi", "ta", "te", "bn", "mr", "gu", "kn", "ml", "pa")


def said(text: str, language: str = "en") -> str:
    return " ".join(each.said for each in tokens(text, language) if each.said)


@every(("written", "spoken"), [
    ("42", "forty two"),
    ("1,250", "one thousand two hundred and fifty"),
    ("3.05", "three point zero five"),
    ("-7", "minus seven"),
    ("1:05:20", "one hour five minutes twenty seconds"),
    ("at 12:05.", "at twelve oh five."),
    ("10:00", "ten o'clock"),
    ("2026-11-24", "twenty fourth November twenty twenty six"),
    ("24/11/1999", "twenty fourth November nineteen ninety nine"),
    ("in 1984,", "in nineteen eighty four,"),
    ("$3.50!", "three dollars fifty cents!"), ("$3.505", "three point five zero five dollars"),
    ("₹5 lakh", "five lakh rupees"), ("$1.5 million.", "one point five million dollars."),
    ("Rs. 500,", "five hundred rupees,"), ("₹1", "one rupee"), ("Rs 1,50,000 paid",
     "one hundred and fifty thousand rupees paid"),
    ("3/4 of it", "three quarters of it"), ("1/2", "one half"), ("24/7", "twenty four / seven"),
    ("the 1990s", "the nineteen nineties"), ("in 2010s", "in twenty tens"),
    ("call +91 98765 43210", "call nine one, nine eight seven six five, four three two one zero"),
    ("9876543210", "nine eight seven six five four three two one zero"),
    ("on Jan. 26, 2024", "on January twenty six, twenty twenty four"),
    ("₹1,23,456", "one hundred and twenty three thousand four hundred and fifty six rupees"),
    ("42 %", "forty two percent"),
    ("(5)", "(five)"),
    ("the 3rd", "the third"),
    ("10–20", "ten to twenty"),
    ("5 km", "five kilometers"),
    ("1 kg", "one kilogram"),
    ("-7 °C", "minus seven degrees"),
    ("Dr. Rao", "doctor Rao"),
    ("salt & pepper", "salt and pepper"),
    ("007", "zero zero seven"),
    ("B12 and mp3", "B12 and mp3"),
    ("see https://www.example.org", "see example.org"),
    ("*bold* 😀", "bold"),
])
def test_english_figures_are_read_as_people_do(written: str, spoken: str) -> None:
    assert said(written) == spoken


@every(("language", "written", "spoken"), [
    ("hi", "42", "बयालीस"), ("hi", "४२", "बयालीस"), ("hi", "25%", "पच्चीस प्रतिशत"),
    ("hi", "डॉ. राव", "डॉक्टर राव"), ("hi", "₹500", "पाँच सौ रुपये"),
    ("hi", "1:05:20", "एक घंटा पाँच मिनट बीस सेकंड"),
    ("hi", "24/11/2026", "चौबीस नवंबर दो हज़ार छब्बीस"),
    ("hi", "शाम 5:30 बजे", "शाम साढ़े पाँच बजे"), ("hi", "१:३० बजे", "डेढ़ बजे"),
    ("hi", "2:30 बजे", "ढाई बजे"), ("hi", "4:15 बजे", "सवा चार बजे"), ("hi", "12:45 बजे", "पौने एक बजे"),
    ("hi", "7:05 बजे", "सात बजकर पाँच मिनट"), ("hi", "17:30 बजे", "सत्रह बजकर तीस मिनट"),
    ("hi", "7:00 बजे।", "सात बजे।"), ("hi", "5:30 पर", "पाँच तीस पर"),
    ("hi", "6:05:20 बजे", "छः बजकर पाँच मिनट बीस सेकंड"),
    ("mr", "5:30 वाजता", "साडेपाच वाजता"), ("gu", "5:45 વાગ્યે", "પોણા છ વાગ્યે"),
    ("pa", "2:30 ਵਜੇ", "ਢਾਈ ਵਜੇ"),
    ("hi", "1950 में", "उन्नीस सौ पचास में"), ("bn", "১৯৫০", "ঊনিশশো পঞ্চাশ"),
    ("mr", "1947", "एकोणीसशे सत्तेचाळीस"),
    ("hi", "5वाँ", "पाँचवाँ"), ("bn", "5টি বই", "পাঁচটি বই"), ("hi", "5 वाहन", "पाँच वाहन"),
    ("hi", "₹5 लाख", "पाँच लाख रुपये"), ("hi", "रु. 500", "पाँच सौ रुपये"),
    ("hi", "₹12.50", "बारह रुपये पचास पैसे"),
    ("hi", "3.5 किमी, कि.मी. 2", "तीन दशमलव पाँच किलोमीटर, किलोमीटर दो"), ("hi", "1/2", "एक बटा दो"),
    ("hi", "ई.पू. 300", "ईसा पूर्व तीन सौ"), ("hi", "(डॉ. राव)", "(डॉक्टर राव)"),
    ("mr", "5000", "पाच हजार"),
    ("ta", "12:30", "பன்னிரண்டு முப்பது"), ("bn", "১২৩ টাকা", "একশো তেইশ টাকা"),
    ("ml", "3.5 kg", "മൂന്ന് ദശാംശം അഞ്ച് കിലോഗ്രാം"), ("te", "42", "నలభై రెండు"),
    ("mr", "42", "बेचाळीस"), ("gu", "42", "બેંતાલીસ"), ("kn", "42", "ನಲವತ್ತೆರಡು"), ("pa", "42", "ਬਿਆਲੀ"),
])
def test_indian_figures_are_read_in_their_language(
    language: str, written: str, spoken: str
) -> None:
    assert said(written, language) == spoken


@every("language", LANGUAGES)
def test_no_figure_is_left_in_any_of_the_ten_languages(language: str) -> None:
    text = ("1:05:20 12:30 24/11/2026 3.5 kg 25% ₹500 $7 10–20 -4 °C 123456789 42 3/4 1990s "
            "+91 98765 43210 ₹12.50 5:30 बजे ₹5 lakh Rs. 7")
    assert not any(each.isdecimal() for each in said(text, language))
    assert vocabulary(language) is not None


def test_what_is_read_together_stays_one_written_word() -> None:
    assert [(each.written, each.said) for each in tokens("run 5 km, then", "en")] == [
        ("run", "run"), ("5 km,", "five kilometers,"), ("then", "then")]


def test_a_language_without_rules_is_left_to_its_voice() -> None:
    assert said("42 francs", "fr") == "42 francs"


def test_control_characters_and_orders_of_direction_go_and_arabic_stays() -> None:
    assert cleaned("a\x00b\x07 \u202eمرحبا\u202c\n c") == "a b مرحبا c"


def test_the_joiners_of_indian_words_stay() -> None:
    assert cleaned("ക\u200dഷ ക്\u200cഷ") == "ക\u200dഷ ക്\u200cഷ"


@given(st.text(max_size=60), st.sampled_from([*LANGUAGES, "fr"]))
def test_any_text_is_read_without_control_characters_and_in_order(
    text: str, language: str
) -> None:
    made = tokens(text, language)
    assert "".join(each.written for each in made).replace(" ", "") == (
        cleaned(text).replace(" ", ""))
    assert all(each.said == " ".join(each.said.split()) for each in made)
    assert not any(each < " " for token in made for each in token.said)


@given(st.integers(0, 10**13), st.sampled_from(LANGUAGES))
def test_every_number_is_read(value: int, language: str) -> None:
    assert not any(each.isdecimal() for each in said(str(value), language))
