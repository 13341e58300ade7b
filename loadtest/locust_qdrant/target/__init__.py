"""The server under test: can it be reached, and the collection that the traffic goes to."""
