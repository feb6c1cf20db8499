"""What a reader at the terminal sees when a question can be meant in several ways."""

import builtins

import pytest

from trikal.app.asking import ask_back
from trikal.graph.nodes.clarify import AskedBack

ASKED = AskedBack(question="What does “12:30” mean?", choices=["at 12:30", "at 12:30:00"],
                  default="at 12:30", problem="", kind="meaning")


@pytest.mark.parametrize("asked", [
    ASKED, AskedBack(**{**ASKED, "default": "at 12:30:00"}),
])
def test_every_choice_is_numbered_and_the_one_that_enter_takes_is_marked(
    asked: AskedBack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(builtins, "input", lambda *_: " 2 ")
    assert ask_back(asked) == "2"
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == ASKED["question"]
    mark = " (taken when you press Enter)"
    assert lines[1:3] == [f"{n}. {choice}{mark * (choice == asked['default'])}"
                          for n, choice in enumerate(asked["choices"], start=1)]


def test_a_reply_that_was_no_choice_is_told_and_the_end_of_input_takes_the_default(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ended(*_: object) -> str:
        raise EOFError

    monkeypatch.setattr(builtins, "input", ended)
    assert ask_back(AskedBack(**{**ASKED, "problem": "'9' is none of the choices."})) == ""
    told = capsys.readouterr()
    assert "'9' is none of the choices." in told.out + told.err
