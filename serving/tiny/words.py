"""Tokenizers made in code: one token a byte, so that any text goes in and comes out again."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

BOS, EOS, PAD, UNK = "<s>", "</s>", "<pad>", "<unk>"
_CHAT = (
    "{% for message in messages %}{{ message['role'] }}: "
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}"
    "{% for part in message['content'] %}"
    "{{ part['text'] if part['type'] == 'text' else IMAGE }}{% endfor %}{% endif %}"
    "\n{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}"
)


def byte_tokenizer(
    extra: Sequence[str] = (),
    image: str = "",
    named: Mapping[str, str] = MappingProxyType({}),
) -> PreTrainedTokenizerFast:
    """Return a tokenizer of 256 byte tokens, four special ones and the extra ones.

    Args:
        extra: Special tokens of the architecture, such as the place of an image.
        image: What a chat template writes where a message shows an image.
        named: More special tokens, by the attribute that a processor reads them from.
    """
    specials = [PAD, BOS, EOS, UNK, *extra, *named.values()]
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: number for number, token in enumerate([*specials, *alphabet])}
    backend = Tokenizer(models.BPE(vocab=vocabulary, merges=[], unk_token=UNK))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=backend, bos_token=BOS, eos_token=EOS, pad_token=PAD, unk_token=UNK,
        extra_special_tokens=dict(named) or list(extra), model_max_length=512,
    )
    tokenizer.chat_template = _CHAT.replace("IMAGE", repr(image))
    return tokenizer


def special_ids(tokenizer: PreTrainedTokenizerFast) -> dict[str, int]:
    """Return the numbers that every configuration of a language model wants to know."""
    return {
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
        "vocab_size": len(tokenizer),
    }
