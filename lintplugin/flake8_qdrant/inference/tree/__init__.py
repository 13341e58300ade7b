"""The files of a project: where modules are, which files matter, and what is in them."""
