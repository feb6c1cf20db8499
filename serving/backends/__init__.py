"""One adapter a file: how a backend runs a model for a role."""
