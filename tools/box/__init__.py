"""The tools of the toolbox, one subject a file; each class holds what its tools work on."""
