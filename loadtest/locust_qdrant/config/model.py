"""What a load run is asked to do, as data: checked before, and the same for file and options."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

#: The name under which a collection's unnamed vector stands.
UNNAMED = ""


@dataclass(frozen=True)
class VectorSpec:
    """One vector of each point.

    Attributes:
        dim: number of components.
        distance: `cosine`, `dot`, `euclid` or `manhattan`.
        multi: number of vectors a point in a multivector that is compared by maximum similarity;
            zero for a plain vector.
    """

    dim: int = 384
    distance: str = "cosine"
    multi: int = 0


@dataclass(frozen=True)
class CollectionSpec:
    """The collection that the traffic goes to.

    Attributes:
        name: its name; empty for one that nobody uses.
        use_existing: whether it may exist before.
        write: whether it may be written to all the same.
        points: number of points in it when the traffic begins.
        vectors: its dense vectors by name, `UNNAMED` for the unnamed one.
        sparse: names of its sparse vectors.
        quantization: `scalar`, `product`, `binary`, or empty for none.
        hnsw: keyword arguments of `HnswConfigDiff`.
        optimizers: keyword arguments of `OptimizersConfigDiff`.
        shards: number of shards, zero for the server's default.
        replication: replication factor, zero for the server's default.
        payload_indexes: field names and the schema of the index that they get.
        index_wait: longest wait for the optimiser before the traffic, in seconds.
    """

    name: str = ""
    use_existing: bool = False
    write: bool = False
    points: int = 2000
    vectors: Mapping[str, VectorSpec] = field(default_factory=lambda: {UNNAMED: VectorSpec()})
    sparse: tuple[str, ...] = ()
    quantization: str = ""
    hnsw: Mapping[str, Any] = field(default_factory=dict)
    optimizers: Mapping[str, Any] = field(default_factory=dict)
    shards: int = 0
    replication: int = 0
    payload_indexes: Mapping[str, str] = field(default_factory=dict)
    index_wait: float = 60.0

    @property
    def read_only(self) -> bool:
        """Whether nothing may be written: it is somebody else's, and nobody said that it may."""
        return self.use_existing and not self.write


@dataclass(frozen=True)
class DataSpec:
    """Where vectors and payloads come from.

    Attributes:
        file: a `.npy`, `.hdf5`, `.parquet` or `.jsonl` file; None for synthetic data.
        clusters: number of clusters of the synthetic vectors.
        options: what else its kind of source takes, such as the column of the vectors.
    """

    file: Path | None = None
    clusters: int = 16
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class OperationSpec:
    """One line of the mix.

    Attributes:
        kind: a key of `operations.KINDS`.
        name: its name in records, figures and thresholds; the kind, if the file gives none.
        weight: how often it is chosen, relative to the others.
        options: what its kind takes, such as the batch size.
    """

    kind: str
    name: str
    weight: int = 1
    options: Mapping[str, Any] = field(default_factory=dict)


#: Name of the stage in which the operations that read are alone.
BASELINE = "baseline"


@dataclass(frozen=True)
class Stage:
    """A stretch of a run on which the load changes evenly, or not at all.

    Attributes:
        name: its name, which is the `step` of its records.
        seconds: how long it lasts.
        start: users (closed) or arrivals a second (open) at its beginning.
        end: users or arrivals a second at its end; a straight line between the two.
        measured: whether it counts; a warm-up does not.
    """

    name: str
    seconds: float
    start: float
    end: float
    measured: bool = True


@dataclass(frozen=True)
class Load:
    """How much is asked of the server, and when.

    Attributes:
        open: arrivals come at a rate, whether or not earlier ones were answered; else users wait
            for an answer before their next request.
        poisson: the times between arrivals are random (exponential), not equal; open only.
        think_seconds: pause of a user between an answer and its next request; closed only.
        most_in_flight: arrivals beyond this number of requests under way are missed; None: as many
            as the client has connections for; open only.
        give_up_seconds: a caller leaves when its answer did not come within this time; zero for
            never.
        stages: one after the other.
    """

    open: bool
    stages: tuple[Stage, ...]
    poisson: bool = False
    think_seconds: float = 0.0
    most_in_flight: int | None = None
    give_up_seconds: float = 0.0

    @property
    def seconds(self) -> float:
        """How long all stages last together."""
        return sum(stage.seconds for stage in self.stages)


@dataclass(frozen=True)
class Threshold:
    """A limit that the run has to keep, such as `query.p99 < 50ms`.

    Attributes:
        text: as it was written.
        operation: the operation's name; empty for all of them together, and for figures of the run.
        figure: `p50`, `p90`, `p95`, `p99`, `p999`, `mean`, `max` (latency from the intended
            start, seconds), the same behind `service.` (from the call), `throughput` (successful
            requests a second), `errors` (a count), `error_rate` (a share), `missed` (a count),
            `loop.lag.p50`, `loop.lag.p99`, `loop.lag.max`, `heartbeat.p99`, `heartbeat.max`
            (seconds), or `recall` (a share).
        comparator: `<`, `<=`, `>`, `>=` or `==`.
        limit: in seconds, a second, a share or a count, as the figure.
    """

    text: str
    operation: str
    figure: str
    comparator: str
    limit: float


@dataclass(frozen=True)
class Workload:
    """All of it.

    Attributes:
        name: one line for the report.
        seed: where chance begins.
        path: `async`, `sync` or `both`.
        collection: where the traffic goes.
        data: where vectors and payloads come from.
        operations: the mix.
        load: how much, and when.
        client: settings of the client by the names of `ClientSettings`, without the API key.
        thresholds: limits that the run has to keep.
        checks: further checks, `module:function` each.
        answer_checks: what else looks at each answer, `module:function` each.
    """

    name: str
    seed: int
    path: str
    collection: CollectionSpec
    data: DataSpec
    operations: tuple[OperationSpec, ...]
    load: Load
    client: Mapping[str, Any] = field(default_factory=dict)
    thresholds: tuple[Threshold, ...] = ()
    checks: tuple[str, ...] = ()
    answer_checks: tuple[str, ...] = ()


def as_data(workload: Workload) -> dict[str, Any]:
    """Return `workload` as JSON knows it; what headers say stays out of it."""
    data = asdict(workload)
    if "headers" in data["client"]:
        data["client"]["headers"] = dict.fromkeys(data["client"]["headers"], "***")
    file = workload.data.file
    data["data"]["file"] = None if file is None else str(file)
    data["collection"]["sparse"] = list(workload.collection.sparse)
    for name in ("operations", "thresholds", "checks", "answer_checks"):
        data[name] = list(data[name])
    data["load"]["stages"] = list(data["load"]["stages"])
    return data
