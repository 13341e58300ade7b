"""What is known of client libraries, as data: one TOML table a library, and its loader."""

from flake8_qdrant.libraries.loader import Tables as Tables
from flake8_qdrant.libraries.loader import load_tables as load_tables
from flake8_qdrant.libraries.model import ClassInfo as ClassInfo
from flake8_qdrant.libraries.model import Member as Member
from flake8_qdrant.libraries.model import TableError as TableError
