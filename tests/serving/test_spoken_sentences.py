import pytest

from trikal.serving.backends.spoken_sentences import spoken_sentences


@pytest.mark.parametrize(("text", "said"), [
    ("One two. Three!  Four\nfive", ["One two.", "Three!", "Four", "five"]),
    ("नमस्ते। आप कैसे हैं?", ["नमस्ते।", "आप कैसे हैं?"]),
    ("3.5 metres", ["3.5 metres"]), ("... -- !", []), ("", []),
])
def test_a_text_is_cut_behind_its_sentences(text: str, said: list[str]) -> None:
    assert list(spoken_sentences(text)) == said
