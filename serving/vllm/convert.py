"""A GGUF file into the folder that vLLM reads. Runs inside vLLM's environment, as a script.

Usage: ``python convert.py MODEL.gguf FOLDER``: weights in bfloat16, tokenizer and chat template.
"""

import sys
from pathlib import Path


def main(source: Path, target: Path) -> None:
    """Write what the GGUF file holds into a folder."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    tokenizer = AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name)
    if not tokenizer.chat_template:
        raise ValueError(f"{source.name} holds no chat template")
    model = AutoModelForCausalLM.from_pretrained(
        source.parent,
        gguf_file=source.name,
        quantization_config=GgufConfig(dequantize=True),
        dtype=torch.bfloat16,
    )
    model.to(torch.bfloat16).save_pretrained(target)
    tokenizer.save_pretrained(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
