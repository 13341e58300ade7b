"""The file that a run streams to, one line of JSON a fact: the run can be read back from it alone.

Each line has a `kind`:

`run`
    The first line: format, title, server, command, start, versions, machine, workload.
`request`
    One `Record`; `path` is `async` or `sync`. Fields that hold their default are left out.
`lag`, `heartbeat`
    How late ticks of the event loop and of the heartbeat came: lists `at` and `seconds`.
`path`
    What is known of a path when its traffic is over: phases, arrivals, processor time, what was
    read back, recall, what was left open.
`end`
    The last line: notes. A file without it comes from a run that was cut off.

Times are seconds, `at`, `start`, `end` and `intended` since the epoch. With pandas:
`pandas.read_json(file, lines=True).query("kind == 'request'")`. A file whose name ends in `.gz` is
packed.
"""

from locust_qdrant.record_file.reader import read
from locust_qdrant.record_file.writer import FORMAT_VERSION, RecordWriter

__all__ = ["FORMAT_VERSION", "RecordWriter", "read"]
