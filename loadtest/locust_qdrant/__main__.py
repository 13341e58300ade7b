"""`python -m locust_qdrant`: the command `locust-qdrant`."""

import sys

from locust_qdrant.cli import main

sys.exit(main())
