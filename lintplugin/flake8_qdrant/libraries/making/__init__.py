"""Tables made from a library's source, which is read and never run."""
