"""Two sides that have one word of the question in common are believed; others are not."""

from typing import Any

import pytest

from tests.every import every
from tests.graph.makers import found, item
from trikal.graph.weighing.corroboration import LEAST, corroborated
from trikal.graph.weighing.support import NOTHING_NEAR


def side(step: str, *texts: tuple[str, float], certainty: float | None = -0.04,
         lacking: str = NOTHING_NEAR, target: str = "Which things cost rupees") -> Any:
    evidence = [item(n * 5_000, text, score=score) for n, (text, score) in enumerate(texts)]
    return found(step, *evidence, certainty=certainty, lacking=lacking,
                 found={"query": {"target": target}})


FILM = side("s1", ("The budget is 42 million rupees.", 1.0), ("42 million rupees", 0.9),
            ("A storm came.", 0.4))
MEMO = side("s2", ("Tea is sold for thirty rupees.", 1.0), ("The bus leaves at nine.", 0.5))


@pytest.mark.parametrize("other", [
    MEMO,
    side("s2", ("Tea is sold for thirty rupees.", 1.0), lacking="", certainty=0.1),
])
def test_sides_with_a_word_of_the_question_in_common_corroborate_each_other(other: Any) -> None:
    assert [each["lacking"] for each in corroborated([FILM, other])] == ["", ""]


@every("other", [
    side("s2", ("Tea is sold.", 1.0)),  # without the word
    side("s2", ("Tea costs thirty rupees.", 1.0), ("The bus leaves at nine.", 0.6)),  # not ahead
    side("s2", ("Tea costs thirty rupees.", 1.0), certainty=LEAST - 0.01),
    side("s2", ("Tea costs thirty rupees.", 1.0), certainty=None),
    side("s2", ("Tea costs thirty rupees.", 1.0), lacking="there is nothing at that place"),
    side("s2"),
])
def test_what_does_not_is_left_as_it_is(other: Any) -> None:
    assert corroborated([FILM, other]) == [FILM, other]
    assert corroborated([FILM]) == [FILM]


def test_what_a_reranker_put_first_is_no_reason_to_believe_or_not() -> None:
    other = side("s2", ("Tea is sold for thirty rupees.", 1.0), ("The bus leaves.", 0.4),
                 lacking="", certainty=0.1)
    before = [{"text": each["text"], "score": each["score"]} for each in other["evidence"]]
    bus, tea = reversed(other["evidence"])
    turned = {**other, "evidence": [{**bus, "score": 1.0}, {**tea, "score": 0.4}],
              "found": {**other["found"], "reranked": {"by": "m", "before": before}}}
    assert [each["lacking"] for each in corroborated([FILM, other])] == ["", ""]
    assert [each["lacking"] for each in corroborated([FILM, turned])] == ["", ""]
    unmarked = {**turned, "found": other["found"]}
    assert corroborated([FILM, unmarked]) == [FILM, unmarked]
