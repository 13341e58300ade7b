"""What is known of client libraries, as data: one TOML table a library, and its loader."""

from flake8_qdrant.sdk.loader import Tables as Tables
from flake8_qdrant.sdk.loader import load_tables as load_tables
from flake8_qdrant.sdk.model import ClassInfo as ClassInfo
from flake8_qdrant.sdk.model import Member as Member
from flake8_qdrant.sdk.model import TableError as TableError
