"""The language server: findings on what is being typed, for editors that speak LSP.

`server` talks to the client on an event loop; `analysis` asks the model in a thread of its own;
`model` is the only module that knows how findings come about.
"""
