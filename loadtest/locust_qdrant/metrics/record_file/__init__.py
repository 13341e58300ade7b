"""The record file of a run: JSON Lines, from which every report can be made again.

Each line is an object with a `kind`; a key that would hold its default is left out. Moments are
seconds since the epoch, all other times are seconds. docs/reports.md describes each kind.
"""

from locust_qdrant.metrics.record_file.lines import FORMAT_VERSION
from locust_qdrant.metrics.record_file.reading import read
from locust_qdrant.metrics.record_file.writing import RecordWriter

__all__ = ["FORMAT_VERSION", "RecordWriter", "read"]
