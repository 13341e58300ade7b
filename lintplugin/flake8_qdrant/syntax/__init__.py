"""One file: bytes to text, text to ast-grep's tree, the tree to scopes, bindings and calls."""
