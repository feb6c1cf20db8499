"""Whether a language is given as one: by its BCP-47 tag."""

import langcodes

from trikal.errors import BadInput


def check_language(tag: str | None) -> None:
    """Refuse what is no language.

    Raises:
        BadInput: It is none.
    """
    if tag is not None and not langcodes.tag_is_valid(tag):
        raise BadInput(f"{tag!r} is no BCP-47 tag. Write one like en, hi or pt-BR.")
