"""Slides: meant by what can be read on them, and never where "slide" is something to slide on."""


from tests.every import every
from trikal.indexes.rules import read_question

_READ = [
    ("What was said while the budget slide was shown?",
     "find whatever is there on speech during (“budget” on screen)"),
    ("What did she say about the mirror while the mirror slide was up?",
     "find “mirror” on speech during (“mirror” on screen)"),
    ("What was shown after the budget slide?",
     "find whatever is there on screen after (“budget” on screen)"),
    ("Which slide comes after the mirror slide?",
     "find whatever is there on screen after (“mirror” on screen)"),
    ("What was said when the slide with the prices came up?",
     "find whatever is there on speech during (“prices” on screen)"),
    ("What did she say right before the slide about taxes appeared?",
     "find whatever is there on speech right before (“taxes” on screen)"),
    ('What was said right after the slide that says "Opening night"?',
     "find whatever is there on speech right after (“Opening night” on screen)"),
    ('What came before the slide titled "Opening night"?',
     "find whatever is there right before (“Opening night” on screen)"),
    ("What was on the slide when he mentioned the budget?",
     "find whatever is there on screen during (“budget” on speech)"),
    ("When does the budget slide appear?", "find “budget” on screen"),
    ("Show me the slide with the budget", "find “budget” on screen"),
    ("What does the budget slide say?", "find “budget” on screen"),
    ("What does the slide about the mirror say?", "find “mirror” on screen"),
    ("How long was the budget slide shown?", "measure how long “budget” on screen"),
    ("What was the first slide?", "find the 1st whatever is there on screen"),
    ("What was the last slide?", "find the last whatever is there on screen"),
    ("What is the last slide about?", "find the last whatever is there on screen"),
    ("What is on the third slide?", "find the 3rd whatever is there on screen"),
    ("When was the second slide shown?", "find the 2nd whatever is there on screen"),
    ("What did he do after the second slide?",
     "find whatever is there after (the 2nd whatever is there on screen)"),
    ("How many slides were there?", "count every whatever is there on screen"),
    ("List everything that was shown on screen", "find every whatever is there on screen"),
    # Said, or slid on:
    ("What did he say about the slide?", "find “What did he say about the slide?” on speech"),
    ("why did the boy slide", "find “why did the boy slide”"),
    ("How did the boy slide down?", "find “How did the boy slide down?”"),
    ("What happens when the kid reaches the slide?",
     "find whatever is there during (“the kid reaches the slide”)"),
    ("What did he do after the boy slides down?",
     "find whatever is there after (“the boy slides down”)"),
    ("the kid slides down the slide, what happens next?",
     "find whatever is there right after (“the kid slides down the slide”)"),
    # A name that tells nothing of what can be read:
    ("What happened before the title slide?",
     "find whatever is there before (“the title slide”)"),
]


@every(("question", "words"), _READ)
def test_a_slide_is_what_can_be_read_on_it(question: str, words: str) -> None:
    assert read_question(question).query.words() == words


@every(("question", "words"), [
    ("पहली स्लाइड क्या थी?", "find the 1st whatever is there on screen"),
    ("आखिरी स्लाइड पर क्या लिखा है?", "find the last whatever is there on screen"),
    ("तीसरी स्लाइड दिखाओ", "find the 3rd whatever is there on screen"),
    ("pehli slide par kya likha tha?", "find the 1st whatever is there on screen"),
    ("कितनी स्लाइडें हैं?", "count every whatever is there on screen"),
    ("kitni slides dikhayi gayi?", "count every whatever is there on screen"),
    ("सभी स्लाइडें दिखाओ", "find every whatever is there on screen"),
    ("बजट वाली स्लाइड कब दिखाई गई?", "find “बजट” on screen"),
    ("budget wali slide kab aayi?", "find “budget” on screen"),
    ("बजट की स्लाइड कितनी देर दिखी?", "measure how long “बजट” on screen"),
    ("जिस स्लाइड पर बजट लिखा है वह कब दिखाई गई?", "find “बजट” on screen"),
    ("बजट वाली स्लाइड के बाद क्या कहा गया?",
     "find whatever is there on speech after (“बजट” on screen)"),
    ("बजट वाली स्लाइड के बाद कौन सी स्लाइड आई?",
     "find whatever is there on screen after (“बजट” on screen)"),
    ("पहली स्लाइड के बाद क्या कहा गया?",
     "find whatever is there on speech after (the 1st whatever is there on screen)"),
    # Something else is asked of it, or it is only spoken about:
    ("उसने स्लाइड के बारे में क्या कहा?", "find “उसने स्लाइड के बारे में क्या कहा?” on speech"),
    ("स्लाइड पर बजट कब आया?", "find “स्लाइड पर बजट कब आया?” on screen"),
    ("बच्चा स्लाइड से कब गिरा?", "find “बच्चा स्लाइड से कब गिरा?” on screen"),
])
def test_a_slide_is_what_can_be_read_on_it_in_hindi(question: str, words: str) -> None:
    assert read_question(question).query.words() == words
