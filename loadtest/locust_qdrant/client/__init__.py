"""The instrumented client: its loop's thread, and the record of each call."""
