"""One file: bytes to text, text to nodes, nodes to scopes, bindings and calls.

The only package that touches a syntax tree, fixes aside.
"""
