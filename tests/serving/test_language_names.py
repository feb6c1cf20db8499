"""Every language that Whisper's servers name has its tag."""

import langcodes

from tests.every import every
from trikal.serving.backends.whisper_languages import Detected
from trikal.serving.language_names import tags_by_name

# The names in OpenAI's own table of languages, as verbose answers carry them.
WHISPER = (
    "afrikaans albanian amharic arabic armenian assamese azerbaijani bashkir basque belarusian "
    "bengali bosnian breton bulgarian cantonese catalan chinese croatian czech danish dutch "
    "english estonian faroese finnish french galician georgian german greek gujarati hausa "
    "hawaiian hebrew hindi hungarian icelandic indonesian italian japanese javanese kannada kazakh "
    "khmer korean lao latin latvian lingala lithuanian luxembourgish macedonian malagasy malay "
    "malayalam maltese maori marathi mongolian myanmar nepali norwegian nynorsk occitan pashto "
    "persian polish portuguese punjabi romanian russian sanskrit serbian shona sindhi sinhala "
    "slovak slovenian somali spanish sundanese swahili swedish tagalog tajik tamil tatar telugu "
    "thai tibetan turkish turkmen ukrainian urdu uzbek vietnamese welsh yiddish yoruba"
).split()
OTHERS = ("haitian creole", "castilian", "valencian", "flemish", "moldovan", "burmese", "farsi")


@every("name", [*WHISPER, *OTHERS])
def test_a_name_has_a_tag(name: str) -> None:
    tag = tags_by_name().get(name)
    assert tag is not None
    assert langcodes.tag_is_valid(tag)
    assert len(tag) in (2, 3)


def test_names_are_lower_case_and_tags_are_primary() -> None:
    assert all(name == name.lower() for name in tags_by_name())
    assert all(tag.isalpha() for tag in tags_by_name().values())


def test_a_detected_language_may_have_no_probability() -> None:
    assert Detected(code="bn").probability is None
