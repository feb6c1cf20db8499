"""Which architecture runs on what: measured with tiny models, one process each, and written down.

For every architecture of the catalogue the real vLLM is asked whether its registry lists it, and a
tiny model of it is loaded by its engine and answers one request. What vLLM does not run is tried
on Transformers the same way. Where neither runs it, the catalogue says what serves the purpose.
"""
