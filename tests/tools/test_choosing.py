
from tests.every import every
from trikal.tools.choosing import chosen


@every(("reply", "n"), [
    ("1", 0), (" 2 ", 1), ("Red", 0), ("dark  BLUE", 1), ("0", None), ("3", None), ("-1", None),
    ("green", None), ("²", None), ({"tool": "rm"}, None), ("", 0),
])
def test_choices(reply: object, n: int | None) -> None:
    assert chosen(reply, ["red", "dark blue"]) == n


def test_nothing_means_the_default() -> None:
    assert chosen(None, ["yes", "no"], default=1) == 1
    assert chosen("yes", ["yes", "no"], default=1) == 0
