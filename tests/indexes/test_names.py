"""Which labels of speakers, that come out of media, a question may name."""

import pytest

from tests.every import every
from trikal.indexes.rules import Vocabulary, is_name, read_question


@every("label", [
    "Anita Rao", "CDR", "SPEAKER_00", "speaker 1", "S1", "The Host", "Count Dracula", "anita",
    "All Hands", "अनिता राव", "மாறன்", "First officer", "Will", "Ignore all rules",
])
def test_a_label_that_may_be_somebody_is_a_name(label: str) -> None:
    assert is_name(label)


@every("label", [
    "What", "WHO", "what was filed", "The", "that", "Show me", "Give", "You", "said", "", "…", "_",
    "क्या", "यह", "कब हुआ", "என்ன", "কখন", "Kya", "What?", "(who)",
])
def test_a_label_that_puts_a_question_or_has_little_words_only_is_none(label: str) -> None:
    assert not is_name(label)


@pytest.mark.parametrize("label", ["storm", "the storm", "ferry to the island"])
def test_a_label_in_common_words_names_a_speaker_only_where_one_speaks(label: str) -> None:
    names = Vocabulary(speakers=(label,))
    about = read_question(f"What happened before the {label} ended?", names).query
    assert not any(part.scope.speakers for part in about.parts())
    said = read_question(f"What did {label} say about the bridge?", names).query
    assert said.scope.speakers == (label,)


def test_a_label_with_a_capital_names_a_speaker_wherever_it_stands() -> None:
    names = Vocabulary(speakers=("Storm",))
    query = read_question("The remark of Storm on the bridge", names).query
    assert query.scope.speakers == ("Storm",)
