"""Models that hear speech, and models that speak."""

import json
from collections.abc import Callable
from pathlib import Path

import torch
import transformers as tf
from transformers.models.bark.generation_configuration_bark import BarkGenerationConfig

from trikal.serving.tiny.recipe import CONTEXT, HEAD, HEADS, HIDDEN, LAYERS, Ask, Recipe
from trikal.serving.tiny.text import DECODER
from trikal.serving.tiny.words import byte_tokenizer, special_ids

_WHISPER_SPECIALS = ["<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|hi|>", "<|translate|>",
                     "<|transcribe|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]


def _whisper(folder: Path) -> None:
    stamps = [f"<|{step / 50:.2f}|>" for step in range(1501)]
    tokenizer = byte_tokenizer([*_WHISPER_SPECIALS, *stamps])
    numbers = dict(zip(_WHISPER_SPECIALS, tokenizer.convert_tokens_to_ids(_WHISPER_SPECIALS),
                       strict=True))
    end, start = numbers["<|endoftext|>"], numbers["<|startoftranscript|>"]
    config = tf.WhisperConfig(
        vocab_size=len(tokenizer), d_model=HIDDEN, encoder_layers=LAYERS, decoder_layers=LAYERS,
        encoder_attention_heads=HEADS, decoder_attention_heads=HEADS, encoder_ffn_dim=2 * HIDDEN,
        decoder_ffn_dim=2 * HIDDEN, num_mel_bins=80, max_target_positions=448,
        decoder_start_token_id=start, bos_token_id=end, eos_token_id=end,
        pad_token_id=end, suppress_tokens=[], begin_suppress_tokens=[])
    torch.manual_seed(0)
    model = tf.WhisperForConditionalGeneration(config)
    model.generation_config = tf.GenerationConfig(
        decoder_start_token_id=start, bos_token_id=end, eos_token_id=end, pad_token_id=end,
        no_timestamps_token_id=numbers["<|notimestamps|>"], is_multilingual=True,
        lang_to_id={"<|en|>": numbers["<|en|>"], "<|hi|>": numbers["<|hi|>"]},
        task_to_id={"translate": numbers["<|translate|>"],
                    "transcribe": numbers["<|transcribe|>"]},
        prev_sot_token_id=numbers["<|startofprev|>"], suppress_tokens=[],
        begin_suppress_tokens=[], max_length=448, alignment_heads=[[0, 0]])
    model.save_pretrained(folder)
    tf.WhisperProcessor(tf.WhisperFeatureExtractor(), tokenizer).save_pretrained(folder)


def _wav2vec2(folder: Path) -> None:
    tokenizer = byte_tokenizer()
    config = tf.Wav2Vec2Config(
        hidden_size=HIDDEN, intermediate_size=2 * HIDDEN, num_hidden_layers=LAYERS,
        num_attention_heads=HEADS, conv_dim=(32, 32, 32), conv_stride=(5, 4, 4),
        conv_kernel=(10, 8, 4), num_conv_pos_embeddings=16, num_conv_pos_embedding_groups=2,
        **special_ids(tokenizer))
    torch.manual_seed(0)
    tf.Wav2Vec2ForCTC(config).save_pretrained(folder)
    tf.Wav2Vec2FeatureExtractor().save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _vits(folder: Path) -> None:
    tokenizer = byte_tokenizer()
    config = tf.VitsConfig(
        vocab_size=len(tokenizer), hidden_size=HIDDEN, num_hidden_layers=LAYERS,
        num_attention_heads=HEADS, ffn_dim=2 * HIDDEN, flow_size=HIDDEN,
        spectrogram_bins=33, upsample_initial_channel=64, upsample_rates=[8, 8],
        upsample_kernel_sizes=[16, 16], resblock_kernel_sizes=[3],
        resblock_dilation_sizes=[[1, 3]], duration_predictor_flow_bins=4,
        prior_encoder_num_flows=2, posterior_encoder_num_wavenet_layers=2,
        prior_encoder_num_wavenet_layers=2, wavenet_kernel_size=3)
    torch.manual_seed(0)
    tf.VitsModel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _speecht5(folder: Path) -> None:
    tokenizer = byte_tokenizer()
    config = tf.SpeechT5Config(
        **special_ids(tokenizer), hidden_size=HIDDEN, encoder_layers=LAYERS,
        encoder_attention_heads=HEADS, encoder_ffn_dim=2 * HIDDEN, decoder_layers=LAYERS,
        decoder_attention_heads=HEADS, decoder_ffn_dim=2 * HIDDEN, speaker_embedding_dim=16,
        speech_decoder_prenet_units=HIDDEN, speech_decoder_postnet_units=32,
        max_text_positions=CONTEXT, max_speech_positions=200)
    torch.manual_seed(0)
    tf.SpeechT5ForTextToSpeech(config).save_pretrained(folder)
    voice = tf.SpeechT5HifiGanConfig(
        upsample_initial_channel=32, upsample_rates=[4, 4], upsample_kernel_sizes=[8, 8],
        resblock_kernel_sizes=[3], resblock_dilation_sizes=[[1, 3]])
    tf.SpeechT5HifiGan(voice).save_pretrained(folder / "vocoder")
    tokenizer.save_pretrained(folder)


def _bark(folder: Path) -> None:
    tokenizer = byte_tokenizer()
    part = {"hidden_size": HIDDEN, "num_layers": LAYERS, "num_heads": HEADS, "block_size": 1024}
    # Vocabularies stay Bark's own: its generation does sums with their sizes.
    config = tf.BarkConfig(
        semantic_config={**part, "input_vocab_size": 129_600, "output_vocab_size": 10_048},
        coarse_acoustics_config={**part, "input_vocab_size": 12_096, "output_vocab_size": 12_096},
        fine_acoustics_config={**part, "input_vocab_size": 1_056, "output_vocab_size": 1_056,
                               "n_codes_total": 8, "n_codes_given": 1},
        codec_config={"model_type": "encodec", "num_filters": 4, "hidden_size": 32,
                      "codebook_dim": 32, "num_lstm_layers": 1})
    torch.manual_seed(0)
    tf.BarkModel(config).save_pretrained(folder)
    # Its own way of saving fails on a check of what it does not have.
    asked = BarkGenerationConfig(
        semantic_config={}, coarse_acoustics_config={}, fine_acoustics_config={})
    (folder / "generation_config.json").write_text(json.dumps(asked.to_dict()))
    tokenizer.save_pretrained(folder)


def _qwen3_asr(folder: Path) -> None:
    """Write a configuration as the checkpoints of the hub have it; vLLM makes up the weights."""
    named = {"audio_token": "<|audio_pad|>", "audio_bos_token": "<|audio_start|>",
             "audio_eos_token": "<|audio_end|>"}
    tokenizer = byte_tokenizer(named=named)
    pad, start, end = tokenizer.convert_tokens_to_ids(list(named.values()))
    hearing = {"model_type": "qwen3_asr_audio_encoder", "num_mel_bins": 128, "d_model": HIDDEN,
               "encoder_layers": LAYERS, "encoder_attention_heads": HEADS, "output_dim": HIDDEN,
               "encoder_ffn_dim": 2 * HIDDEN, "downsample_hidden_size": 16, "n_window": 50,
               "n_window_infer": 800}
    writing = {"model_type": "qwen3", **DECODER, "head_dim": HEAD, **special_ids(tokenizer),
               "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0,
                                   "mrope_section": [4, 6, 6]}}
    (folder / "config.json").write_text(json.dumps({
        "architectures": ["Qwen3ASRForConditionalGeneration"], "model_type": "qwen3_asr",
        "dtype": "float32", "thinker_config": {
            "model_type": "qwen3_asr_thinker", "audio_config": hearing, "text_config": writing,
            "audio_token_id": pad, "audio_start_token_id": start, "audio_end_token_id": end}}))
    tf.Qwen3ASRProcessor(
        tf.Qwen3ASRFeatureExtractor(), tokenizer, chat_template=tokenizer.chat_template
    ).save_pretrained(folder)


def _voice(build: Callable[[Path], None], loader: str = "") -> Recipe:
    return Recipe(ask=Ask.VOICE, build=build, loader=loader)


RECIPES = {
    "WhisperForConditionalGeneration": Recipe(
        ask=Ask.SPEECH, build=_whisper,
        prompt="<|startoftranscript|><|en|><|transcribe|><|notimestamps|>",
        engine={"max_model_len": 448}),
    "Qwen3ASRForConditionalGeneration": Recipe(
        ask=Ask.SPEECH, build=_qwen3_asr, prompt="<|audio_start|><|audio_pad|><|audio_end|>",
        engine={"load_format": "dummy"}),
    "Wav2Vec2ForCTC": Recipe(ask=Ask.SPEECH, build=_wav2vec2),
    "VitsModel": _voice(_vits),
    "SpeechT5ForTextToSpeech": _voice(_speecht5, "SpeechT5ForTextToSpeech"),
    "BarkModel": _voice(_bark),
}
