"""One test from start to verdict: server, paths, processes, reports."""
