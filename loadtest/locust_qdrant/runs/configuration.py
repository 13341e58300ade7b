"""What is asked, made once: of a workload file, then of options, then of `--set`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from locust_qdrant.client.factory import ClientSettings
    from locust_qdrant.config.model import Workload
    from locust_qdrant.report.outputs import Outputs

#: Seconds without a word from a generator process, after which it is given up.
PATIENCE_SECONDS = 10.0


@dataclass(frozen=True)
class Configuration:
    """What a run or an experiment is asked to do.

    Attributes:
        workload: the traffic; each experiment has a load of its own.
        client: how the clients are made; an empty `url` means: start the embedded engine.
        outputs: where reports and records go.
        command: the command line, without secrets.
        processes: number of processes that share the load.
        patience: seconds without a word from one of them, after which it is given up.
        allow_invalid: whether figures that say little are fine.
    """

    workload: Workload
    client: ClientSettings
    outputs: Outputs
    command: str = ""
    processes: int = 1
    patience: float = PATIENCE_SECONDS
    allow_invalid: bool = False
