"""The language server: findings on what is being typed, for editors that speak LSP.

`features` says what happens with each message of a client, `server` knows what it has open and is
shown, on an event loop; `analysis` asks the model in a thread of its own; `model` is the only
module that knows how findings come about.
"""
