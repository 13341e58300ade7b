"""A service that fails when it is imported."""

import os

raise RuntimeError(f"no database at {os.environ['DATABASE_URL']}")
