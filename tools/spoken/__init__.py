"""A text made ready to be said: what is written, and how it is read aloud."""
