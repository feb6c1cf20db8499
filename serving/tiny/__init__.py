"""Tiny models of a real architecture, with random weights, made in code and asked once.

Run inside the environment of vLLM, or of the extra ``torch``, as a program of its own; there is
no Trikal there. So nothing in this folder imports anything of Trikal's outside it.
"""
