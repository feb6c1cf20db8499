"""What kind of thing a question asks for, and whether a text has one."""


from tests.every import every
from trikal.tools.kinds import could_answer, kind_asked

TEA = "The kiosk sells ginger tea for thirty rupees."


@every(("question", "kind"), [
    ("How much does the tea cost?", "price"), ("What does the kiosk charge for tea?", "price"),
    ("What is the price of tea?", "price"), ("How heavy is the bell?", "weight"),
    ("What does the bell weigh?", "weight"), ("How old is the bridge?", "age"),
    ("How wide is the bridge?", "measure"), ("How many boats left?", "number"),
    ("What is the speed of the ferry?", "quantity"),
    ("At what water temperature did they swim?", "quantity"), ("Which speed limit is there?", None),
    ("What is the interest rate?", "quantity"), ("What distance sign did he see?", None),
    ("What colour is the bridge?", "colour"), ("Which color was it?", "colour"),
    ("What is the name of the ferry?", "name"), ("What was the ferry called?", "name"),
    ("What did the storm damage?", None), ("What did the storm cost the town?", None),
    ("Who painted the bridge?", "person"), ("Who said that the bridge is green?", None),
    ("Who was that?", None), ("Who was speaking?", None), ("Whose bridge is it?", None),
    ("How long is the bridge?", "measure"), ("How long ago was that?", None),
    ("How far along are the repairs?", None), ("What is it that the crew called home?", None),
    ("On which day of the week is it shut?", "day"), ("Which day trip did they take?", None),
    ("In which month did it open?", "month"), ("In what year was it built?", "year"),
    ("What is the kiosk's phone number?", None), ("What is the phone number of the kiosk?", "code"),
    ("How old is the bridge, and who painted it?", None), ("पुल कितना चौड़ा है?", None),
])
def test_some_questions_tell_what_their_answer_is_like(question: str, kind: str | None) -> None:
    asked = kind_asked(question)
    assert (asked.name if asked else None) == kind


@every(("question", "text", "able"), [
    ("How much does the tea cost?", TEA, True), ("How much does the tea cost?", "It is €4.", True),
    ("What does the bus cost?", "The last bus leaves at nine in the evening.", False),
    ("How much does the tea cost?", "Tea is free on Sundays.", True),
    ("How much does the tea cost?", "Tea sells for thirty here.", True),
    ("What did the flight cost?", "Flight 13, we'd like to charge the battery now.", False),
    ("What did the flight cost?", "We charged the battery at 12 volts, no, at 14.", False),
    ("What did the flight cost?", "They charge you only forty.", True),
    ("How heavy is the bell?", "The bell is two metres wide.", False),
    ("How heavy is the bell?", "They hung a bell of 3 tonnes.", True),
    ("How old is the ferryman?", "The ferryman saw two storms.", False),
    ("How old is the ferryman?", "He turned sixty in May.", True),
    ("How wide is the bell?", "The bell is two metres wide.", True),
    ("How far is the island?", "It is half a mile out.", True),
    ("How far is the island?", "The island has a bell.", False),
    ("How far is the island?", "It is 12 nautical miles away.", True),
    ("How far is the island?", "By the way, 12's bell rang there.", False),
    ("How far along is the island's bridge?", "It is 12 per cent done.", True),
    ("Which colour is the bell?", "It makes a nice colour picture.", False),
    ("Which colour is the bell?", "It is brilliant green.", True),
    ("What is the speed of the ferry?", "The ferry does ten knots.", True),
    ("What is the speed of the ferry?", "The ferry is fast enough.", False),
    ("How many boats left?", "Four boats left.", True),
    ("On which day of the week is it shut?", "The kiosk sells tea.", False),
    ("On which day of the week is it shut?", "It is shut on Mondays.", True),
    ("In which month did it open?", "It may open.", False),
    ("In which month did it open?", "It opened in May.", True),
    ("In what year was it built?", "It was built in 1932.", True),
    ("In what year was it built?", "It was built by hand.", False),
    ("What is the phone number of the kiosk?", "Hold the phone: it shows 720.", False),
    ("What is the phone number of the kiosk?", "Call 555 01 20.", True),
    ("How many boats left?", "Boats left all day.", False),
    ("How many boats left?", "Only one small boat left.", True),
    ("How many boats left?", "One of the largest storms came.", False),
    ("What colour is the bridge?", "The bridge was painted green.", True),
    ("What colour is the bridge?", "The bridge was painted in May.", False),
    ("What is the name of the ferry?", "We took the Silver Gull across.", True),
    ("What is the name of the ferry?", "The ferry leaves at nine. It is late.", False),
    ("What is the name of the ferry?", "Welcome to the Silver Gull Ferry.", True),
    ("What is the ferry to Hamlet called?", "Then a ferry left for Hamlet.", False),
    ("Who painted the bridge?", "Four people painted the bridge.", True),
    ("Who painted the bridge?", "The bridge was painted by Anita Rao.", True),
    ("Who painted the bridge?", "The bridge was painted in March.", False),
    ("Who painted the bridge?", "The council had the bridge painted.", True),
    ("Who painted the bridge?", "A historian did it.", True),
    ("Who painted Hamlet bridge?", "It is called Hamlet bridge.", False),
    ("Who painted Hamlet bridge?", "It is called New Hamlet Bridge.", False),
    ("How long did they paint?", "They painted for eleven months.", True),
    ("How long did they paint?", "They painted by hand.", False),
    ("What did the storm damage?", "Nothing.", True),
])
def test_a_text_has_what_is_asked_for_or_not(question: str, text: str, able: bool) -> None:
    assert could_answer(question, text) is able
