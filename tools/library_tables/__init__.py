"""Make a library's table from its wheels and from what is known by hand.

Nothing of the library is imported or run.
"""
