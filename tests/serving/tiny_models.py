"""Tiny random models of the ``transformers`` library, made from configurations, saved to folders.

Nothing is downloaded: tokenizers and processors are made in code too.
"""

from pathlib import Path
from typing import Any

WORDS = (
    "a an the red green blue picture of cat dog bridge yes no one two three { } : , \" . ? "
    "user assistant system colour what is in this it was"
).split()
SPECIAL = ("<pad>", "<bos>", "<eos>", "<unk>", "<image>")
IMAGE_SIDE = 30


def word_tokenizer(words: tuple[str, ...] = tuple(WORDS), **options: Any) -> Any:
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    vocabulary = {word: index for index, word in enumerate((*SPECIAL, *words))}
    made = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.TemplateProcessing(
        "<bos> $A <eos>", special_tokens=[("<bos>", 1), ("<eos>", 2)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=made, pad_token="<pad>", bos_token="<bos>", eos_token="<eos>",
        unk_token="<unk>", additional_special_tokens=["<image>"], **options,
    )


def byte_tokenizer() -> Any:
    """Return a byte-level tokenizer, with which any JSON can be written."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {letter: index for index, letter in enumerate((*SPECIAL, *letters))}
    made = Tokenizer(models.BPE(vocabulary, [], unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    made.add_special_tokens(list(SPECIAL))
    return PreTrainedTokenizerFast(
        tokenizer_object=made, pad_token="<pad>", bos_token="<bos>", eos_token="<eos>",
        unk_token="<unk>",
    )


def save_chat(folder: Path, context: int = 512) -> Path:
    """Save a causal language model of two layers."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    tokenizer = byte_tokenizer()
    model = LlamaForCausalLM(LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=context,
        bos_token_id=1, eos_token_id=2, pad_token_id=0,
    ))
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _vision_tower() -> Any:
    from transformers import CLIPVisionConfig

    return CLIPVisionConfig(
        hidden_size=32, intermediate_size=37, num_hidden_layers=2, num_attention_heads=4,
        image_size=IMAGE_SIDE, patch_size=6,
    )


def _image_processor() -> Any:
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

    side = {"height": IMAGE_SIDE, "width": IMAGE_SIDE}
    return CLIPImageProcessorPil(size={"shortest_edge": IMAGE_SIDE}, crop_size=side)


def save_clip(folder: Path, dimensions: int = 16) -> Path:
    """Save a model with a picture tower and a text tower."""
    import torch
    from transformers import CLIPConfig, CLIPModel, CLIPProcessor, CLIPTextConfig

    torch.manual_seed(0)
    text = CLIPTextConfig(
        vocab_size=len(SPECIAL) + len(WORDS), hidden_size=32, intermediate_size=37,
        num_hidden_layers=2, num_attention_heads=4, max_position_embeddings=32,
        bos_token_id=1, eos_token_id=2, pad_token_id=0,
    )
    model = CLIPModel(CLIPConfig(
        text_config=text.to_dict(), vision_config=_vision_tower().to_dict(),
        projection_dim=dimensions,
    ))
    model.save_pretrained(folder)
    CLIPProcessor(_image_processor(), word_tokenizer()).save_pretrained(folder)
    return folder


def save_siglip(folder: Path) -> Path:
    """Save a SigLIP, whose vectors are as long as its towers are wide (32)."""
    import torch
    from transformers import SiglipConfig, SiglipModel, SiglipProcessor
    from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil

    torch.manual_seed(0)
    towers = {"hidden_size": 32, "intermediate_size": 37, "num_hidden_layers": 2,
              "num_attention_heads": 4}
    model = SiglipModel(SiglipConfig(
        text_config={**towers, "vocab_size": len(SPECIAL) + len(WORDS),
                     "max_position_embeddings": 16, "projection_size": 32},
        vision_config={**towers, "image_size": IMAGE_SIDE, "patch_size": 6},
    ))
    model.save_pretrained(folder)
    side = {"height": IMAGE_SIDE, "width": IMAGE_SIDE}
    SiglipProcessor(SiglipImageProcessorPil(size=side), word_tokenizer()).save_pretrained(folder)
    return folder


def save_cross_encoder(folder: Path, architecture: str, labels: int = 1) -> Path:
    """Save a tiny encoder with a score on top, as Trikal's own check of architectures makes it."""
    from transformers import AutoConfig, AutoModelForSequenceClassification

    from trikal.serving.tiny.encoders import RECIPES

    RECIPES[architecture].build(folder)
    _as_pairs(folder)
    if labels > 1:
        config = AutoConfig.from_pretrained(folder, num_labels=labels)
        AutoModelForSequenceClassification.from_config(config).save_pretrained(folder)
    return folder


def _as_pairs(folder: Path) -> None:
    """Let the tokenizer mark where a pair's texts end, as rerankers' do, which have no chat."""
    from tokenizers import processors
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    special = [(token, tokenizer.convert_tokens_to_ids(token)) for token in ("<s>", "</s>")]
    tokenizer.backend_tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> $B:1 </s>:1", special_tokens=special)
    tokenizer.chat_template = None
    for file in folder.glob("chat_template*"):
        file.unlink()
    tokenizer.save_pretrained(folder)


def save_bert(folder: Path) -> Path:
    """Save a tiny BERT that scores pairs."""
    return save_cross_encoder(folder, "BertForSequenceClassification")


def save_xlm_roberta(folder: Path) -> Path:
    """Save a tiny XLM-RoBERTa that scores pairs."""
    return save_cross_encoder(folder, "XLMRobertaForSequenceClassification")


def save_llava(folder: Path) -> Path:
    """Save a vision-language model: the picture tower of a CLIP before a small Llama."""
    import torch
    from transformers import LlamaConfig, LlavaConfig, LlavaForConditionalGeneration, LlavaProcessor

    torch.manual_seed(0)
    tokenizer = word_tokenizer()
    text = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=2,
        num_attention_heads=4, max_position_embeddings=1024, bos_token_id=1, eos_token_id=2,
        pad_token_id=0,
    )
    model = LlavaForConditionalGeneration(LlavaConfig(
        vision_config=_vision_tower(), text_config=text,
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
    ))
    model.generation_config.suppress_tokens = [0, 1, 2, 3, 4]  # random weights must say words
    model.save_pretrained(folder)
    LlavaProcessor(
        _image_processor(), tokenizer, patch_size=6, vision_feature_select_strategy="default",
        num_additional_image_tokens=1, image_token="<image>",
        chat_template="{% for m in messages %}{% for c in m['content'] %}{% if c['type'] == "
        "'image' %}<image> {% else %}user : {{ c['text'] }} assistant :{% endif %}{% endfor %}"
        "{% endfor %}",
    ).save_pretrained(folder)
    return folder


def save_whisper(folder: Path) -> Path:
    """Save a Whisper of two layers with word times."""
    import torch
    from transformers import (
        WhisperConfig,
        WhisperFeatureExtractor,
        WhisperForConditionalGeneration,
        WhisperProcessor,
    )

    torch.manual_seed(0)
    tokenizer = _whisper_tokenizer()
    numbers = tokenizer.convert_tokens_to_ids
    model = WhisperForConditionalGeneration(WhisperConfig(
        vocab_size=len(tokenizer), d_model=32, encoder_layers=2, decoder_layers=2,
        encoder_attention_heads=4, decoder_attention_heads=4, encoder_ffn_dim=64,
        decoder_ffn_dim=64, num_mel_bins=80, max_target_positions=64,
        pad_token_id=numbers("<|endoftext|>"), bos_token_id=numbers("<|endoftext|>"),
        eos_token_id=numbers("<|endoftext|>"),
        decoder_start_token_id=numbers("<|startoftranscript|>"),
        begin_suppress_tokens=None, suppress_tokens=None,
    ))
    given = model.generation_config
    given._from_model_config = False  # else it is made anew from the configuration
    given.alignment_heads = [[0, 0], [1, 1]]
    given.is_multilingual = True
    given.lang_to_id = {f"<|{tag}|>": numbers(f"<|{tag}|>") for tag in ("en", "hi")}
    given.task_to_id = {name: numbers(f"<|{name}|>") for name in ("transcribe", "translate")}
    given.no_timestamps_token_id = numbers("<|notimestamps|>")
    given.suppress_tokens = [number for number in tokenizer.all_special_ids]
    given.max_new_tokens = 12
    model.save_pretrained(folder)
    WhisperProcessor(WhisperFeatureExtractor(feature_size=80), tokenizer).save_pretrained(folder)
    return folder


def _whisper_tokenizer() -> Any:
    from tokenizers import pre_tokenizers
    from transformers import WhisperTokenizer

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {letter: index for index, letter in enumerate(letters)}
    made = WhisperTokenizer(vocab=vocabulary, merges=[], unk_token=letters[0])
    made.add_special_tokens({"additional_special_tokens": [
        "<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|hi|>", "<|translate|>",
        "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>",
    ]})
    return made


def save_vits(folder: Path) -> Path:
    """Save a VITS that reads Latin letters."""
    import json

    import torch
    from transformers import VitsConfig, VitsModel, VitsTokenizer

    torch.manual_seed(0)
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = {letter: index for index, letter in enumerate("_abcdefghijklmnopqrstuvwxyz '-")}
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    tokenizer = VitsTokenizer(
        str(folder / "vocab.json"), pad_token="_", unk_token="_", language="eng",
        phonemize=False, is_uroman=False,
    )
    model = VitsModel(VitsConfig(
        vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=1, num_attention_heads=2,
        ffn_dim=32, flow_size=32, spectrogram_bins=33, upsample_initial_channel=32,
        upsample_rates=[8, 8], upsample_kernel_sizes=[16, 16], resblock_kernel_sizes=[3],
        resblock_dilation_sizes=[[1, 3]], posterior_encoder_num_wavenet_layers=2,
        prior_encoder_num_flows=2, prior_encoder_num_wavenet_layers=2,
        duration_predictor_num_flows=2, duration_predictor_filter_channels=32,
        wavenet_kernel_size=3, depth_separable_num_layers=1,
    ))
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
