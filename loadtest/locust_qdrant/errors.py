"""What a person can put right: said in one sentence, without a traceback."""


class UsageError(Exception):
    """Bad input; its message says what is wrong, where, and what to do. The exit code is 2."""
