"""The exact clock: probe, decode, frames, shots, cut and encode."""
