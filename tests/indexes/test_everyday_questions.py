"""Everyday questions that rules misread easily: each with the reading that a careful person gives.

They were written for this file, from how people speak; none is a question of a benchmark.
"""


from tests.every import every
from trikal.indexes.rules import (
    as_said,
    asks_in_report,
    read_question,
    reported_clause,
)

_READ = [
    ("How much later than the launch is the docking?",
     "measure how long “the docking” after (“the launch”)"),
    ("By how much earlier than the landing is the burn?",
     "measure how long “the burn” before (“the landing”)"),
    ("What does the narrator talk about right before the storm?",
     "find whatever is there on speech right before (“the storm”)"),
    ("What was the next thing Anna said after “We are late”?",
     "find whatever is there on speech right after (“We are late”)"),
    ("What did the speaker announce when the bell rang?",
     "find whatever is there on speech during (“the bell rang”)"),
    ("What did the guide talk about in the tent after the rain?",
     "find “tent” on speech after (“the rain”)"),
    ("How many days after the launch did they land?",
     "measure how long “land” after (“the launch”)"),
    ("What was said about the tank two days after the bang?",
     "find “tank” on speech 38:24:00 to 57:36:00 after (“the bang”)"),
    ("What did they say 3 days into the flight?",
     "find whatever is there on speech at 72:00:00"),
    ("In the last two days, where is the battery mentioned?",
     "find “battery” on speech in the last 48:00:00"),
    ("Within a day of the explosion, who mentions the battery?",
     "find “battery” on speech within 24:00:00 around (“the explosion”)"),
    ("One day, what happened?", "find “One day, what happened?”"),
    ("What does he do every day?", "find “What does he do every day?”"),
    ("Since there was no power, what did they switch off?",
     "find “Since there was no power, what did they switch off?”"),
    ("What did they eat, since they had no water?",
     "find “What did they eat, since they had no water?”"),
    ("As they couldn't sleep, what did they do?",
     "find “As they couldn't sleep, what did they do?”"),
    ("As the other tank had no oxygen, what did they do?",
     "find “As the other tank had no oxygen, what did they do?”"),
    ("Since the launch, what was said about money?",
     "find “money” on speech after (“the launch”)"),
    ("As he wasn't looking, what did the dog do?",
     "find “the dog do” during (“wasn't looking”)"),
    ("What was said about the lens around the point where he sat down, give or take a minute?",
     "find “lens” on speech within 1:00 around (“sat down”)"),
    ("No sooner had Swigert asked for the checklist than somebody interrupted; what was "
     "said?",
     "find “interrupted” on speech right after (“Swigert asked for the checklist”)"),
    ("No sooner had the storm passed than they announced what?",
     "find whatever is there on speech right after (“the storm passed”)"),
    ("On hearing that the landing was off, what did Lovell say?",
     "find whatever is there on speech right after (“the landing was off”)"),
    ("What's said the minute after the alarm goes off?",
     "find whatever is there on speech right after (“the alarm goes off”)"),
    ("What did Houston answer when he asked “Do you want it?”?",
     "find whatever is there right after (“Do you want it”)"),
    ("What did the narrator reply when they said “It is late”?",
     "find whatever is there on speech right after (“It is late”)"),
    ("While we are at it, who is Marilyn?", "find “who is Marilyn”"),
    ("Before I forget, who paid for the dome?", "find “who paid for the dome”"),
    ("Read me what stands right behind the part on the old gentleman's will.",
     "find whatever is there right after (“the part on the old gentleman's will”)"),
    ("Ten minutes out from splashdown, what did they say?",
     "find whatever is there on speech 8:00 to 12:00 before (“splashdown”)"),
    ("A good five minutes before the bang, what were they doing?",
     "find whatever is there 4:00 to 6:00 before (“the bang”)"),
    ("Not until the module was warm did they do what?",
     "find whatever is there after (“the module was warm”)"),
    ("Since the tank was leaking, why didn't they turn back?",
     "find “Since the tank was leaking, why didn't they turn back?”"),
    ("As long as the heater was on, what did they talk about?",
     "find whatever is there on speech during (“the heater was on”)"),
    ("Halfway through the burn, what does Jack say?",
     "find whatever is there on speech during (“the burn”)"),
    ("The instant the engine cuts off, what do we hear?",
     "find whatever is there right after (“the engine cuts off”)"),
    ("What was it they said the second the power came back?",
     "find whatever is there on speech right after (“the power came back”)"),
    ("With the storm over, what do they repair?", "find “repair” after (“the storm over”)"),
    ("What comes up between breakfast and the first burn?",
     "find whatever is there between (“breakfast”) and (the 1st “burn”)"),
    ("At what point after the accident do they mention the Moon again?",
     "find the 1st “Moon” on speech after (“the accident”)"),
    ("About when the dome was damaged, what else happened?",
     "find whatever is there around (“the dome was damaged”)"),
    ("At around the same time the storm hit, was there any talk about money?",
     "find “money” on speech around (“the storm hit”)"),
    ("How soon did they say \"Houston, we've had a problem\" after the bang?",
     "measure how long “Houston, we've had a problem” on speech after (“the bang”)"),
    ("Every time before a burn, what do they check?", "find “check” before (every “a burn”)"),
    ("What was on the screen back when he spoke of the lens?",
     "find whatever is there on screen during (“lens” on speech)"),
    ("Back before they had the problem, how was the mood?",
     "find “the mood” before (“the problem”)"),
    ("At the point where they ask for the vector, what is the answer?",
     "find whatever is there during (“ask for the vector”)"),
    ("After how many minutes do they mention the gimbal?",
     "find “when do they mention the gimbal?” on speech"),
    ("For how long after the bang do they keep calm?",
     "measure how long “keep calm” after (“the bang”)"),
    ("Within moments of the bang, what did they report?",
     "find whatever is there right after (“the bang”)"),
    ("Before anything else, what do they check when the alarm sounds?",
     "find “check” during (“the alarm sounds”)"),
    ("What, if anything, was said about batteries in the hour leading up to re-entry?",
     "find “batteries” on speech within 1:00:00 before (“re-entry”)"),
    ("In the days before the launch, did anyone fall ill?",
     "find “fall ill” before (“the launch”)"),
    ("On the day after the storm, what was decided?", "find “decided” after (“the storm”)"),
    ("After he promised to ring before lunch so that they could plan the trip, what was "
     "said?",
     "find whatever is there on speech after (“promised to ring before lunch so that "
     "they could plan the trip”)"),
    ("What was said right before the doctor asked if they had to wait until the fever "
     "was gone again?",
     "find whatever is there on speech right before (“the doctor asked if they had to "
     "wait until the fever was gone again”)"),
    ("What was said right after she explained how many weeks the bread would last?",
     "find whatever is there on speech right after (“explained how many weeks the bread "
     "would last” on speech)"),
    ("What was said right before he wondered whether the guests had noticed what was on "
     "the screen?",
     "find whatever is there on speech right before (“wondered whether the guests had "
     "noticed what was on the screen”)"),
    ("What was said just after he told Anna that the price had been wrong and was glad "
     "it came up?",
     "find whatever is there on speech right after (“told Anna that the price had been "
     "wrong and was glad it came up” on speech)"),
    ("What was said just after they would keep the windows open until somebody heard the"
     " rain?",
     "find whatever is there on speech right after (“keep the windows open until "
     "somebody heard the rain” on speech)"),
    ("What was said after the host began with the soup for the children because they had"
     " to come first?",
     "find whatever is there on speech after (“began with the soup for the children "
     "because they had to come first”)"),
    ('Somebody mentions bread within five minutes of "good night". Who?',
     "find “bread” on speech within 5:00 around (“good night”)"),
    ("I think they mentioned bread after the vote; where was it?",
     "find “bread” on speech after (“the vote”)"),
    ('Give or take five minutes, what was said about bread around "good night"?',
     "find “bread” on speech within 5:00 around (“good night”)"),
    ("How does the film end?", "find whatever is there from 80% to 100% of the medium"),
    ("How did it start?", "find whatever is there from 0% to 20% of the medium"),
    ("Jumping to 1:02:03, what is being said?",
     "find whatever is there on speech at 1:02:03"),
    ("Which utterance contains the time 1:02:03?", "find whatever is there at 1:02:03"),
    ("When it is 1:02:03 on the tape, what is said?",
     "find whatever is there on speech at 1:02:03"),
    ("Play 1:02:03. What is said?", "find whatever is there on speech at 1:02:03"),
    ("The time is 1:02:03: what is being said?", "find whatever is there on speech at 1:02:03"),
    ('In a two minute window around "good night", what is said about fuel?',
     "find “fuel” on speech within 2:00 around (“good night”)"),
    ("List everything Ravi said", "find every “Ravi” on speech"),
    ("How far into the film is the storm mentioned?",
     "find “when is the storm mentioned?” on speech"),
    ("How long after the start of the talk does he mention the tax?",
     "find “when does he mention the tax?” on speech"),
    ("How long after the start of the fire did they arrive?",
     "measure how long “arrive” after (“the start of the fire”)"),
    ('Where was "Anna says" mentioned after the vote?',
     "find “Anna says” on speech after (“the vote”)"),
    ('Between the moment he sat down and ate and the moment when the '
     'guests left, what did they say about "bread"?',
     "find “bread” on speech between (“sat down and ate”) and (“the guests left”)"),
    ("What was said about bread between the moment Anna asked for tea and cake "
     "and the moment Ravi refused?",
     "find “bread” on speech between (“Anna asked for tea and cake”) and (“Ravi refused”)"),
    ("After Anna guessed the price, which nobody believed, what did the host say?",
     "find whatever is there on speech after (“Anna guessed the price, which nobody believed”)"),
    ("What did they say after the boss told her to wait at the desk until five people had come?",
     "find whatever is there on speech after (“the boss told her to wait at the desk until five "
     "people had come” on speech)"),
    ("Which remark about taxes came before the vote?", "find “taxes” before (“the vote”)"),
    ("What came before the vote?", "find whatever is there right before (“the vote”)"),
    ("What did they say about the switch LIST after the alarm?",
     "find “switch LIST” on speech after (“the alarm”)"),
    ('When is bread mentioned for the first time between "good morning" and "good night"?',
     "find the 1st “bread” on speech between (“good morning”) and (“good night”)"),
    ("After the host greets everybody, somebody mentions bread for the first time; what is said "
     "right after that?", "find whatever is there on speech right after (the 1st “bread” on speech "
     "after (“greets everybody”))"),
    ("What was said about bread in the time between the greeting and the farewell?",
     "find “bread” on speech between (“the greeting”) and (“the farewell”)"),
    ("How often is a voice mentioned?", "count every “voice” on speech"),
    ("How many times is a sign mentioned?", "count every “sign” on speech"),
    ("How often does the narrator mention the slide?", "count every “slide” on speech"),
    ('How many times is the word "page" mentioned?', "count every “page” on speech"),
    ("How soon after the goal does the referee blow the whistle?",
     "measure how long “the referee blow the whistle” after (“the goal”)"),
    ("How quickly after the goal does the referee blow the whistle?",
     "measure how long “the referee blow the whistle” after (“the goal”)"),
    ("How long before the crash did the pilot call for help?",
     "measure how long “the pilot call for help” before (“the crash”)"),
    ("How many minutes pass between the knock and the answer?",
     "measure how long whatever is there between (“the knock”) and (“the answer”)"),
    ("Why does the man go after the dog?", "find “Why does the man go after the dog?”"),
    ("Why did the student go after the lady in black singlet?",
     "find “Why did the student go after the lady in black singlet?”"),
    ("What did they do after the lady in red sat down?",
     "find whatever is there after (“the lady in red sat down”)"),
    ("Where did they go after the lady in red sat down?",
     "find whatever is there after (“the lady in red sat down”)"),
    ("What is said until you get to 1:02:03?",
     "find whatever is there on speech from the beginning to 1:02:03"),
    ("What happens after we get to 1:02:03?",
     "find whatever is there from 1:02:03 to the end"),
    ('What do we hear the third time they say "fuel cell"?', "find the 3rd “fuel cell” on speech"),
    ("Did the police go after the thief?", "find “Did the police go after the thief?”"),
    ("Where did they go after the show?", "find whatever is there after (“the show”)"),
    ("Why did they come after him?", "find “Why did they come after him?”"),
    ("What does the priest do while the woman is kneeling before him?",
     "find “the priest do” during (“the woman is kneeling before him”)"),
    ("What does the child do after running after the cat?",
     "find “the child do” after (“running after the cat”)"),
    ("What did she say after the middle of the talk?",
     "find whatever is there on speech from 50% to 100% of the medium"),
    ("What happens after the middle?", "find whatever is there from 50% to 100% of the medium"),
    ("What was discussed before the middle of the meeting?",
     "find whatever is there on speech from 0% to 50% of the medium"),
    ("From the middle of the film on, who speaks?",
     "find whatever is there on speech from 50% to 100% of the medium"),
    ("After the first half, who speaks?",
     "find whatever is there on speech from 50% to 100% of the medium"),
    ("What was said about tax before the second half?",
     "find “tax” on speech from 0% to 50% of the medium"),
    ("Before the end of the film, does anyone mention the letter?",
     "find “letter” on speech from 0% to 100% of the medium"),
    ("What happens just before the end?", "find whatever is there from 80% to 100% of the medium"),
    ("By the time the ambulance arrives, what has happened?",
     "find whatever is there before (“the ambulance arrives”)"),
    ("What had they agreed on by the time the meeting ended?",
     "find “agreed on” before (“the meeting ended”)"),
    ("The minute the door opens, what do we see?",
     "find whatever is there right after (“the door opens”)"),
    ("The second he sits down, what happens?", "find whatever is there right after (“sits down”)"),
    ("The next time she laughs, what is she looking at?",
     "find whatever is there during (the 1st “laughs”)"),
    ("What does he say the third time the phone rings?",
     "find whatever is there on speech during (the 3rd “phone rings”)"),
    ("When was rain mentioned for the fourth time?", "find the 4th “rain” on speech"),
    ("When was the second time that the phone rang?", "find the 2nd “phone rang”"),
    ("What's the last thing he says before leaving the room?",
     "find whatever is there on speech right before (“leaving the room”)"),
    ("What's the second-to-last thing he says?", "find the last but 1 whatever is there on speech"),
    ("What was the first thing she did after waking up?",
     "find whatever is there right after (“waking up”)"),
    ("Between the first and the second song, what does the singer say?",
     "find “the singer say” on speech between (the 1st “song”) and (the 2nd “song”)"),
    ("Between the second and third goal, who was injured?",
     "find “injured” between (the 2nd “goal”) and (the 3rd “goal”)"),
    ("Between the first goal and the second, who was injured?",
     "find “injured” between (the 1st “goal”) and (the 2nd “goal”)"),
    ("Two minutes before the whistle, what was the score?",
     "find “the score” 1:36 to 2:24 before (“the whistle”)"),
    ("Less than a minute after the bell, who runs in?",
     "find “runs in” within 1:00 after (“the bell”)"),
    ("What did they say within a minute or two of the crash?",
     "find whatever is there on speech within 2:00 around (“the crash”)"),
    ("Within the five minutes that followed the crash, what was said?",
     "find whatever is there on speech within 5:00 after (“the crash”)"),
    ("Ten minutes after that, who comes in?", "find “Ten minutes after that, who comes in?”"),
    ("Throughout the storm, what did the captain repeat?",
     "find “the captain repeat” during (“the storm”)"),
    ("Why is the girl smiling throughout the video?",
     "find “Why is the girl smiling throughout the video?”"),
    ("Long before the trial, what did he admit?", "find “admit” before (“the trial”)"),
    ("Not long after the wedding, what went wrong?",
     "find “went wrong” right after (“the wedding”)"),
    ("Why did the skier take so long before he went down?",
     "find “the skier take so long” before (“went down”)"),
    ("How long after he sat down does he start to sing?",
     "measure how long “start to sing” after (“sat down”)"),
    ("Take me to the bit after the weather report",
     "find whatever is there after (“the weather report”)"),
    ("Skip to just before the fight", "find whatever is there right before (“the fight”)"),
    ("Go back to what was said before the break",
     "find whatever is there on speech before (“the break”)"),
    ("Rewind to the part before the song", "find whatever is there before (“the song”)"),
    ("Jump ahead to after the commercial", "find whatever is there after (“the commercial”)"),
    ("Go to the beginning of the video", "find whatever is there from 0% to 20% of the medium"),
    ("Go to the part about the boat", "find the part about “boat”"),
    ("During the second half, who scores?", "find “who scores” from 50% to 100% of the medium"),
    ("Did anyone mention the boat prior to its sinking?",
     "find “boat” on speech before (“its sinking”)"),
    ("Seconds before impact, what does he shout?", "find “shout” right before (“impact”)"),
    ("Each time the phone rings, what does he do?",
     "find whatever is there during (every “the phone rings”)"),
    ("Show me where they argue about money after dinner",
     "find “money” on speech after (“dinner”)"),
    ("Who spoke last before the break?",
     "find whatever is there on speech right before (“the break”)"),
    ("What led up to the argument?", "find whatever is there right before (“the argument”)"),
    ("As soon as the light turns green, what does the driver do?",
     "find “the driver do” right after (“the light turns green”)"),
    ("Is the window open before or after the storm?",
     "find “Is the window open before or after the storm?”"),
    ("What did the boy look after while his mother was away?",
     "find “boy look after” during (“his mother was away”)"),
    ("Who was named after the general?", "find “Who was named after the general?”"),
    ('What is said straight after "fuel cell" is mentioned for the first time after "we '
     'have a problem here"?',
     "find whatever is there on speech right after (the 1st “fuel cell” on speech after "
     "(“we have a problem here”))"),
    ('After "we have a problem here", which words came just after the first "fuel cell"?',
     "find whatever is there right after (the 1st “fuel cell” after (“we have a problem here”))"),
    ('Once "we have a problem here" had been said, what immediately followed the next '
     'mention of "fuel cell"?',
     "find whatever is there right after (the 1st “fuel cell” on speech after (“we have a "
     "problem here” on speech))"),
    ('What was said just ahead of the last mention of "fuel cell" before "we have a '
     'problem here"?',
     "find whatever is there on speech right before (the last “fuel cell” on speech "
     "before (“we have a problem here”))"),
    ('What was said right before "fuel cell" was last mentioned before "we have a problem here"?',
     "find whatever is there on speech right before (the last “fuel cell” on speech "
     "before (“we have a problem here”))"),
    ('What is the earliest mention of "fuel cell" after "we have a problem here" and '
     'before "the booster is safe"?',
     "find the 1st “fuel cell” on speech after (“we have a problem here”) before (“the "
     "booster is safe”)"),
    ('Once "fuel cell" has been mentioned twice, where is "main bus" mentioned?',
     "find “main bus” on speech after (the 2nd “fuel cell” on speech)"),
    ('When was "main bus" next mentioned after "fuel cell" was last mentioned before "we '
     'have a problem here"?',
     "find the 1st “main bus” on speech after (the last “fuel cell” on speech before (“we "
     "have a problem here”))"),
    ('What was said about "main bus" after "fuel cell" was said twice?',
     "find “main bus” on speech after (the 2nd “fuel cell” on speech)"),
    ('Of the mentions of "fuel cell" between "we have a problem here" and "the booster is '
     'safe", which comes first?',
     "find the 1st “fuel cell” on speech between (“we have a problem here”) and (“the "
     "booster is safe”)"),
    ("What do you hear if you start listening at 1:02:03?",
     "find whatever is there at 1:02:03"),
    ("1:02:03, what is being discussed there?",
     "find whatever is there on speech at 1:02:03"),
    ("What's happening once we get to 1:02:03?",
     "find whatever is there at 1:02:03"),
    ("What can I hear at position 1:02:03?",
     "find whatever is there at 1:02:03"),
    ("What words are spoken at time index 1:02:03?",
     "find whatever is there on speech at 1:02:03"),
    ('Where, no further than five minutes from "we have a problem here", is "fuel cell" '
     'mentioned?',
     "find “fuel cell” on speech within 5:00 around (“we have a problem here”)"),
    ('Where does "fuel cell" come up within five minutes of "we have a problem here" in '
     'either direction?',
     "find “fuel cell” within 5:00 around (“we have a problem here”)"),
    ('In a window of five minutes around "we have a problem here", who mentions "fuel cell"?',
     "find “fuel cell” on speech within 5:00 around (“we have a problem here”)"),
    ('What was said about "fuel cell" up to five minutes on either side of "we have a '
     'problem here"?',
     "find “fuel cell” on speech within 5:00 around (“we have a problem here”)"),
    ('What did they say about "fuel cell" after "we have a problem here" but before "main '
     'bus" was next mentioned?',
     "find “fuel cell” on speech from (“we have a problem here”) until the next (the 1st "
     "“main bus” on speech)"),
    ('How many mentions does "fuel cell" get?',
     "count every “fuel cell”"),
    ("What was said about the valve five minutes either side of the explosion?",
     "find “valve” on speech within 5:00 around (“the explosion”)"),
    ("What happens 30 seconds on either side of the goal?",
     "find whatever is there within 0:30 around (“the goal”)"),
    ("What stands on either side of the door?", "find whatever is there around (“the door”)"),
    ("As far as 3 hours, what did they say about the valve?",
     "find “valve” on speech from the beginning to 3:00:00"),
    ("What was said about the valve as far as 3:25:40?",
     "find “valve” on speech from the beginning to 3:25:40"),
]

_REPORTED = [
    ("Houston asked whether the tanks were warm", "the tanks were warm"),
    ("the commander said he was cold", "he was cold"),
    ("Jim was told that the pressure was normal", "the pressure was normal"),
    ("Jack was asked how the launch felt", "how the launch felt"),
    ("a burnt smell was noticed in the tunnel", "a burnt smell was noticed in the tunnel"),
    ("the man who said nothing left", "the man who said nothing left"),
    ("the door opens", "the door opens"),
    ("Houston said", "Houston said"),
    ("asked if the sticky side should face the floor", "the sticky side should face the floor"),
    ("asked Vance whether to take empty paper", "to take empty paper"),
    ("the teacher told the boys that they were late", "they were late"),
    ("she begged him to wait for her", "wait for her"),
    ("wanted to know where the smoke came from", "where the smoke came from"),
    ("the guide mentioned Comet Bennett", "Comet Bennett"),
    ("somebody worked out that it was cheaper", "somebody worked out that it was cheaper"),
    ("the bus that crashed that morning", "the bus that crashed that morning"),
    ("", ""),
]
_SAID = [
    ("they said they were late", "we are late"), ("he asked if his coat had been found",
                                                  "my coat have been found?"),
    ("wanted to know which key would fit", "which key will fit?"),
    ("the door opens", "the door opens"), ("he's sure that they'd go", "he's sure that they'd go"),
    ("the theme was hers", "the theme is hers"), ("", ""),
]


@every(("question", "words"), _READ)
def test_an_everyday_question_is_read_as_it_is_meant(question: str, words: str) -> None:
    assert read_question(question).query.words() == words


@every(("told", "said"), _REPORTED)
def test_what_a_told_event_reports_is_what_was_said(told: str, said: str) -> None:
    assert reported_clause(told) == said


@every(("told", "said"), _SAID)
def test_what_is_reported_is_put_back_into_the_mouth_of_who_said_it(told: str, said: str) -> None:
    assert as_said(told) == said


@every(("told", "asks"), [
    ("Houston asked whether it was warm", True), ("wondered if it was warm", True),
    ("he checked whether the valve was shut", True), ("he checked the valve", False),
    ("she wanted to know the time", True), ("she wanted tea", False), ("the basket fell", False),
])
def test_what_tells_of_a_question_is_told_from_what_does_not(told: str, asks: bool) -> None:
    assert asks_in_report(told) is asks


def test_a_question_that_leans_on_the_one_before_is_not_sure_by_itself() -> None:
    assert not read_question("Ten minutes after that, who comes in?").sure


_ORDERED = " and ".join(f'after "event number {n}"' for n in range(8))


def test_eight_conditions_are_followed() -> None:
    reading = read_question(f"What was said {_ORDERED}?")
    assert len(reading.query.constraints) == 8
    assert not reading.problem


def test_a_ninth_condition_is_not_dropped_but_refused_with_the_reason() -> None:
    reading = read_question(f'What was said {_ORDERED} and before "the last event"?')
    assert "9 conditions" in reading.problem
    assert "at most 8" in reading.problem
    assert not reading.query.constraints


def test_a_ninth_window_on_the_clock_is_refused_too() -> None:
    reading = read_question(
        "What was said after 1:00, before 9:00, in the last 5 minutes, in the first half, at the "
        "end, between 2:00 and 3:00, until 5:00, around 4:30, in the middle, about the boat?")
    assert "conditions on time" in reading.problem
