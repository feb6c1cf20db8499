import inspect
import re

from trikal import errors
from trikal.errors import TrikalError

_CLASSES = {name: each for name, each in vars(errors).items() if inspect.isclass(each)}


def _depth_in_drawing(name: str) -> int:
    line = next(line for line in (errors.__doc__ or "").splitlines()
                if re.search(rf"\b{name}\b", line))
    return len(line[:line.index(name)].replace("├── ", "    ").strip("\n")) // 4 - 1


def test_every_error_is_drawn_where_it_stands_in_the_tree() -> None:
    for name, each in _CLASSES.items():
        assert _depth_in_drawing(name) == len(each.__mro__) - TrikalError.__mro__.__len__(), name


def test_the_drawing_shows_no_error_that_is_not_there() -> None:
    drawn = re.findall(r"(?:├── |└── |^    )(\w+)", errors.__doc__ or "", re.MULTILINE)
    assert sorted(drawn) == sorted(_CLASSES)


def test_every_error_is_trikals_own_and_says_what_it_is_for() -> None:
    for each in _CLASSES.values():
        assert issubclass(each, TrikalError)
        assert each.__doc__
