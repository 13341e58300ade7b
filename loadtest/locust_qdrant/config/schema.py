"""The keys of a workload file outside of its operations and phases: the source of the reference."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from locust_qdrant.config.validation import Allowed, Duration, Table

#: Seconds in a week: longer than any load test.
MOST_SECONDS = 604_800.0
MOST_USERS = 100_000
MOST_RATE = 1_000_000.0

Distance = Literal["cosine", "dot", "euclid", "manhattan"]
Index = Literal["keyword", "tenant", "integer", "float", "bool", "geo", "datetime", "text", "uuid"]


class TopKeys(Table):
    """These stand before the first table."""

    name: str | None = Field(
        None, description="one line for the report; without it, the mix of operations"
    )
    seed: int = Field(
        0, ge=0, le=2**63 - 1, description="the same seed gives the same data and the same choices"
    )
    path: Literal["async", "sync", "both"] = Field(
        "async",
        description="`AsyncQdrantClient` on one event loop, `QdrantClient` in threads, or both in "
        "turn",
    )
    thresholds: list[str] = Field(
        [], description="limits that the run has to keep, see [Thresholds](#thresholds)"
    )
    checks: list[str] = Field([], description="further checks, as `module:function`")
    answer_checks: list[str] = Field(
        [],
        description="functions that look at each answer, as `module:function`, see "
        "[A check of your own](reports.md#a-check-of-your-own)",
    )


class VectorKeys(Table):
    """A vector with a name."""

    dim: int | None = Field(
        None, ge=1, le=65_536, description="number of components; without it, `collection.dim`"
    )
    distance: Distance | None = Field(
        None, description="how two vectors are compared; without it, `collection.distance`"
    )
    multi: int = Field(
        0,
        ge=0,
        le=1000,
        description="vectors a point in a multivector, compared by maximum similarity; 0 for a "
        "plain vector",
    )


class HnswKeys(Table):
    """Settings of the HNSW index. What is left out is the server's choice."""

    m: int | None = Field(default=None, ge=0, le=10_000, description="edges a node")
    ef_construct: int | None = Field(
        default=None, ge=4, le=100_000, description="neighbours to consider while building"
    )
    full_scan_threshold: int | None = Field(
        default=None, ge=0, description="kilobytes below which a search reads everything"
    )
    max_indexing_threads: int | None = Field(
        default=None, ge=0, description="threads that build it"
    )
    on_disk: bool | None = Field(default=None, description="keep it on disk")
    payload_m: int | None = Field(
        default=None, ge=0, le=10_000, description="edges a node for each tenant"
    )


class OptimizerKeys(Table):
    """Settings of the optimiser. What is left out is the server's choice."""

    indexing_threshold: int | None = Field(
        default=None, ge=0, description="kilobytes of vectors in a segment from which it is indexed"
    )
    default_segment_number: int | None = Field(
        default=None, ge=0, description="segments to aim for"
    )
    max_segment_size: int | None = Field(
        default=None, ge=1, description="kilobytes a segment at most"
    )
    deleted_threshold: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="share of deleted points from which a segment is rewritten",
    )
    vacuum_min_vector_number: int | None = Field(
        default=None, ge=100, description="vectors in a segment below which it is never rewritten"
    )
    flush_interval_sec: int | None = Field(
        default=None, ge=1, description="seconds between flushes"
    )


class CollectionKeys(Table):
    """The collection that the traffic goes to."""

    # A client cannot ask for the others: they would change the path of the request.
    name: Annotated[
        str, Field(pattern=r"^(?:|\.{3,}|.*[^.].*)$"), Allowed("a text other than . and ..")
    ] = Field("", description="its name; without it, one that nobody uses, removed at the end")
    use_existing: bool = Field(
        False, description="it exists already; without `write`, the run only reads from it"
    )
    write: bool = Field(
        False,
        description="write to a collection that exists; what was written is removed afterwards",
    )
    points: int = Field(
        2000, ge=0, le=100_000_000, description="points in it when the traffic begins"
    )
    dim: int = Field(384, ge=1, le=65_536, description="number of components of its vector")
    distance: Distance = Field(
        "cosine", description="how two vectors are compared; a collection that exists has its own"
    )
    multi: int = Field(
        0, ge=0, le=1000, description="vectors a point in a multivector; 0 for a plain vector"
    )
    vectors: dict[str, VectorKeys] = Field(
        {}, description="vectors with names, a table each; there is no unnamed one then"
    )
    sparse: list[str] = Field([], description="names of its sparse vectors")
    index_wait: Duration = Field(
        60.0,
        ge=0,
        le=86_400,
        description="longest wait for the server's optimiser before the traffic; what waits for a "
        "write, or has failed, is not waited for",
    )
    quantization: Literal["none", "scalar", "product", "binary"] = Field(
        "none", description="what the server searches in first"
    )
    hnsw: HnswKeys = Field(default_factory=HnswKeys, description="the HNSW index, below")
    optimizers: OptimizerKeys = Field(
        default_factory=OptimizerKeys, description="the optimiser, below"
    )
    shards: int = Field(0, ge=0, le=10_000, description="number of shards; 0: the server's choice")
    replication: int = Field(
        0, ge=0, le=1000, description="replication factor; 0: the server's choice"
    )
    payload_indexes: dict[str, Index] = Field(
        {},
        description="indexed fields of the payload; `tenant` is a keyword that separates tenants",
    )


class DataKeys(Table):
    """Where vectors and payloads come from."""

    file: str | None = Field(
        None,
        description="a `.npy`, `.hdf5`, `.parquet` or `.jsonl` file, relative to the workload "
        "file; without it, vectors are made up",
    )
    vector: str | None = Field(
        None, description="name of the vector that the file is for; without it, the first one"
    )
    column: str = Field(
        "vector", description="the column (`.parquet`) or key (`.jsonl`) that holds the vector"
    )
    rows: int = Field(
        100_000,
        ge=1,
        le=100_000_000,
        description="rows of the file that are used; a `.npy` file stays on disk, the others are "
        "kept in memory",
    )
    clusters: int = Field(16, ge=1, le=10_000, description="clusters of vectors that are made up")
    tenants: int = Field(
        100, ge=1, le=10_000_000, description="different values of the payload's field `tenant`"
    )


class ClientKeys(Table):
    """The client under test. Its address and its key are options of the command."""

    grpc: bool = Field(False, description="talk gRPC instead of REST")
    grpc_port: int = Field(
        6334, ge=1, le=65_535, description="port of the gRPC API on the same host"
    )
    timeout: Duration = Field(
        5.0, ge=1, le=3600, description="until a request fails; whole seconds"
    )
    connections: int = Field(
        100,
        ge=1,
        le=100_000,
        description="most REST connections; the default is what a remote host gets",
    )
    keepalive: int = Field(
        20,
        ge=0,
        le=100_000,
        description="most idle REST connections kept open; the default is what a remote host gets",
    )
    keepalive_expiry: Duration = Field(
        5.0, ge=0, le=3600, description="until an idle REST connection is closed"
    )
    transport: Literal["httpx", "httpx2", "aiohttp"] = Field(
        "httpx",
        description="the HTTP library under the asynchronous REST client; `httpx2` and `aiohttp` "
        "are extras",
    )
    compression: bool = Field(True, description="ask the server for compressed answers")
    http2: bool = Field(False, description="speak HTTP/2 over TLS; needs the package `h2`")
    ca_cert: str = Field(
        "", description="file of the certificates to trust, PEM; without it, the usual ones"
    )
    headers: dict[str, str] = Field(
        {}, description="headers of every request, over gRPC metadata; shown nowhere"
    )
    grpc_channels: int = Field(3, ge=1, le=1000, description="gRPC channels")
    grpc_options: dict[str, Annotated[int, Field(ge=-(2**31), le=2**31 - 1)] | str] = Field(
        {}, description='options of the gRPC channels, such as `"grpc.keepalive_time_ms" = 10000`'
    )
    clients: int = Field(
        1,
        ge=1,
        le=1000,
        description="clients that the users of a process share, each with a pool of its own",
    )


class TrafficKeys(Table):
    """How much is asked, and for how long."""

    model: Literal["closed", "open"] | None = Field(
        None,
        description="`closed`: users, each of whom waits for its answer; `open`: requests begin at "
        "a rate, whether or not earlier ones were answered. Without it, `open` if there is a "
        "`rate` and no `users`",
    )
    users: int | None = Field(
        None,
        ge=1,
        le=MOST_USERS,
        description="virtual users, closed model; without it, 10 who pause for 20 ms",
    )
    rate: float | None = Field(
        None, gt=0, le=MOST_RATE, description="requests a second, open model"
    )
    arrivals: Literal["constant", "poisson"] = Field(
        "constant", description="times between requests, open model: all equal, or random"
    )
    think_time: Duration | None = Field(
        None,
        ge=0,
        le=MOST_SECONDS,
        description="pause of a user after an answer, closed model; without it, none where `users` "
        "or phases are given",
    )
    give_up: Duration = Field(
        0.0,
        ge=0,
        le=MOST_SECONDS,
        description="a caller leaves when its answer did not come within this time, as "
        "`asyncio.wait_for` and a browser that hangs up do; path `async` only; 0: never",
    )
    most_in_flight: int | None = Field(
        None,
        ge=1,
        le=MOST_USERS,
        description="requests under way at once, open model; what is due beyond it is missed, and "
        "counted. Without it, as many in each process as its client has connections for (REST), or "
        "100 for each channel (gRPC)",
    )
    duration: Duration | None = Field(
        None,
        gt=0,
        le=MOST_SECONDS,
        description="how long the measured traffic lasts, on each path or for each group of a "
        "service's endpoints; without it, 10 s. Where there are phases, they are stretched or "
        "shrunk to last that long together",
    )
    warm_up: Duration | None = Field(
        None,
        ge=0,
        le=MOST_SECONDS,
        description="traffic before that, left out of the figures; without it, a tenth of "
        "`duration`, at most 5 s. Where there are phases, use one of kind `warmup`",
    )
    baseline: Duration = Field(
        0.0,
        ge=0,
        le=MOST_SECONDS,
        description="reads alone before the measured traffic, with their share of its load, for a "
        "check that says what writes beside them cost; 0: none",
    )


#: What stands in a file as arrays of tables, and is checked one by one.
ARRAYS = ("operations", "phases")

#: A table by its name in the file.
TABLES: dict[str, type[Table]] = {
    "collection": CollectionKeys,
    "data": DataKeys,
    "client": ClientKeys,
    "traffic": TrafficKeys,
}

#: A name for an operation, a vector or a phase: what a threshold and a report can spell.
Name = Annotated[
    str, Field(pattern=r"^[A-Za-z_][\w-]*$"), Allowed("a name of letters, digits, _ and -")
]
