"""A vLLM server of Trikal's own: its environment, weights, flags, process and health."""
