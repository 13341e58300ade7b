"""`python -m flake8_qdrant`: the command `flake8-qdrant`."""

import sys

from flake8_qdrant.cli import main

sys.exit(main())
