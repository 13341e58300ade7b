"""From the document of a workload file to a `Workload`: every key checked, every default filled."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from locust_qdrant.config import operations, phases
from locust_qdrant.config.collection_spec import check_vectors, collection_of, data_of
from locust_qdrant.config.headers import checked_headers
from locust_qdrant.config.model import BASELINE, Load, OperationSpec, Stage, Workload
from locust_qdrant.config.schema import (
    ARRAYS,
    TABLES,
    ClientKeys,
    CollectionKeys,
    DataKeys,
    TopKeys,
    TrafficKeys,
)
from locust_qdrant.config.thresholds import RESERVED, check_operation, parse_threshold
from locust_qdrant.config.validation import (
    ProblemError,
    fields,
    no_such_key,
    show,
    validate,
)
from locust_qdrant.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from locust_qdrant.config.model import CollectionSpec, Threshold
    from locust_qdrant.config.validation import Path as KeyPath
    from locust_qdrant.config.validation import TableT


#: On a collection that is somebody else's.
READING_OPERATIONS = ({"kind": "query", "weight": 1},)
DEFAULT_OPERATIONS = ({"kind": "upsert", "weight": 1}, {"kind": "query", "weight": 4})
_USERS = 10
#: Of users whose number nobody gave: without one, a process is at its limit, whatever the server.
_PAUSE = 0.02
_SECONDS = 10.0

_CHECK = "a module and a function in it, such as `my_checks:recall_is_high`"

#: Weight of each operation, by name.
Mix = dict[str, int]


def assemble(document: Mapping[str, Any], folder: Path) -> Workload:
    """Return the workload that `document` describes.

    Args:
        document: as TOML has it, overrides included.
        folder: where a relative path of a data file begins.

    Raises:
        ProblemError: something in it has to be put right.
    """
    top = top_of(document, (*TABLES, *ARRAYS))
    collection = collection_of(table_of(CollectionKeys, document, "collection"))
    data = data_of(table_of(DataKeys, document, "data"), collection, folder)
    operations = _operations(document.get("operations"), collection)
    names = [each.name for each in operations]
    traffic = table_of(TrafficKeys, document, "traffic")
    mix = format_mix({each.name: each.weight for each in operations})
    return Workload(
        name=mix if top.name is None else top.name,
        seed=top.seed,
        path=top.path,
        collection=collection,
        data=data,
        operations=operations,
        load=_with_baseline(
            load_of(traffic, document.get("phases", [])), traffic.baseline, operations
        ),
        client=_client(table_of(ClientKeys, document, "client")),
        thresholds=thresholds_of(top.thresholds, names),
        checks=checks_of("checks", top.checks),
        answer_checks=checks_of("answer_checks", top.answer_checks),
    )


def reweigh(tables: object, mix: str) -> list[dict[str, Any]]:
    """Return the operations that `mix` names, with its weights.

    Args:
        tables: the operations of the file; others are added by their kind.
        mix: such as `upsert=1,query=4`.

    Raises:
        ProblemError: it is not of that form, or names an operation that does not exist.
    """
    known = {str(t.get("name", t.get("kind"))): t for t in array_of(tables, "operations")}
    known |= {kind: {"kind": kind} for kind in operations.KINDS if kind not in known}
    try:
        weights = parse_mix(mix, known)
    except UsageError as error:
        raise ProblemError(("mix",), str(error).rstrip(".")) from None
    return [{**known[name], "weight": weight} for name, weight in weights.items()]


def top_of(document: Mapping[str, Any], others: Collection[str]) -> TopKeys:
    """Return the keys that stand before the first table.

    Args:
        document: as TOML has it.
        others: what else may stand in it, tables and arrays.

    Raises:
        ProblemError: one of them is wrong, or there is no such key.
    """
    known = [*fields(TopKeys), *others]
    for key in document:
        if key not in known:
            raise no_such_key(known, (key,))
    given = {key: value for key, value in document.items() if key in TopKeys.model_fields}
    return validate(TopKeys, given)


def table_of(table: type[TableT], document: Mapping[str, Any], name: str) -> TableT:
    """Return the table of that name, checked; an empty one where there is none.

    Raises:
        ProblemError: it is no table, or something in it is wrong.
    """
    data = document.get(name, {})
    if not isinstance(data, dict):
        raise ProblemError((name,), f"{name} must be a table, [{name}], not {show(data)}")
    return validate(table, data, (name,))


def array_of(tables: object, name: str) -> list[dict[str, Any]]:
    """Return the tables under `[[name]]`.

    Raises:
        ProblemError: they are none.
    """
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        raise ProblemError((name,), f"{name} must be tables, each under [[{name}]]")
    return tables


def _of_kind(
    known: Mapping[str, type[TableT]], tables: object, name: str
) -> list[tuple[KeyPath, TableT]]:
    """Return each table of an array, checked against the keys of its kind, and where it stands."""
    checked: list[tuple[KeyPath, TableT]] = []
    for place, table in enumerate(array_of(tables, name)):
        path: KeyPath = (name, place)
        kind = table.get("kind")
        if kind is None:
            raise ProblemError(
                path, f"{name}.kind is missing; it must be one of {', '.join(known)}"
            )
        if not isinstance(kind, str) or kind not in known:
            raise ProblemError(
                (*path, "kind"),
                f"{name}.kind must be one of {', '.join(known)}, not {show(kind)}",
            )
        checked.append((path, validate(known[kind], table, path)))
    return checked


def _operations(tables: object, collection: CollectionSpec) -> tuple[OperationSpec, ...]:
    checked = _of_kind(operations.KINDS, tables, "operations")
    if not checked:
        raise ProblemError(("operations",), "operations: there must be at least one")
    specs: list[OperationSpec] = []
    for path, keys in checked:
        name = keys.kind if keys.name is None else keys.name
        where = path if keys.name is None else (*path, "name")
        if name in {spec.name for spec in specs}:
            raise ProblemError(
                where, f"operations: {show(name)} appears twice; give each a name of its own"
            )
        if name in RESERVED:
            raise ProblemError(
                where, f"operations.name must not be {show(name)}, which is the name of a figure"
            )
        if collection.read_only and keys.kind in operations.WRITING:
            raise ProblemError(
                (*path, "kind"),
                f"operations: {show(name)} writes, and the collection exists already; leave it "
                "out, or say collection.write (--write)",
            )
        check_vectors(keys, collection, path)
        options = keys.model_dump(exclude={"kind", "name", "weight"})
        specs.append(OperationSpec(keys.kind, name, keys.weight, options))
    return tuple(specs)


def load_of(keys: TrafficKeys, tables: object) -> Load:
    """Return the load that `[traffic]` and `[[phases]]` describe.

    Raises:
        ProblemError: they contradict each other.
    """
    given_rate = keys.rate is not None and keys.users is None
    is_open = given_rate if keys.model is None else keys.model == "open"
    if keys.model is None and keys.rate is not None and keys.users is not None:
        raise ProblemError(
            ("traffic", "rate"),
            "traffic.rate and traffic.users exclude each other; leave one out, or say which counts "
            'with traffic.model = "open" or "closed"',
        )
    if is_open and keys.rate is None:
        raise ProblemError(
            ("traffic", "model"), "traffic.model open needs a traffic.rate, requests a second"
        )
    if not is_open and keys.users is None and keys.rate is not None:
        raise ProblemError(
            ("traffic", "rate"), 'traffic.rate belongs to traffic.model = "open", not "closed"'
        )
    _refuse_of_other_model(keys, is_open=is_open)
    level = float((keys.rate if is_open else keys.users) or _USERS)
    planned = [phase for _, phase in _of_kind(phases.KINDS, tables, "phases")]
    if planned:
        if keys.warm_up is not None:
            raise ProblemError(
                ("traffic", "warm_up"),
                "traffic.warm_up has no effect beside phases; use a phase of kind warmup",
            )
        stages = phases.expand(planned, level, is_open=is_open, seconds=keys.duration)
        if not any(stage.measured and (stage.start or stage.end) for stage in stages):
            raise ProblemError(
                ("phases",), "phases: no phase has load that is measured; add one besides warmup"
            )
    else:
        stages = phases.without_phases(level, keys.duration or _SECONDS, keys.warm_up)
    think_seconds = keys.think_time
    if think_seconds is None:
        think_seconds = 0.0 if is_open or planned or keys.users else _PAUSE
    return Load(
        open=is_open,
        stages=stages,
        poisson=is_open and keys.arrivals == "poisson",
        think_seconds=think_seconds,
        most_in_flight=keys.most_in_flight,
        give_up_seconds=keys.give_up,
    )


def _refuse_of_other_model(keys: TrafficKeys, *, is_open: bool) -> None:
    """Refuse what is for users or for a rate, where there is none; both may stand in one file."""
    of_rate = ("arrivals", "most_in_flight") if keys.rate is None and not is_open else ()
    of_users = ("think_time",) if keys.users is None and is_open else ()
    for name in (*of_rate, *of_users):
        if name in keys.model_fields_set:
            needed = "traffic.rate (--arrival-rate)" if of_rate else "traffic.users (--users)"
            raise ProblemError(
                ("traffic", name), f"traffic.{name} needs {needed}; say it, or leave this out"
            )


def _with_baseline(load: Load, seconds: float, mix: Sequence[OperationSpec]) -> Load:
    """Return the load with reads alone before what is measured.

    They get their share of the users or arrivals, so that what is compared is as much of them.

    Raises:
        ProblemError: there is nothing to compare.
    """
    if not seconds:
        return load
    reads = sum(each.weight for each in mix if each.kind in operations.READING)
    writes = sum(each.weight for each in mix if each.kind in operations.WRITING)
    key = ("traffic", "baseline")
    if not reads or not writes:
        raise ProblemError(
            key, "traffic.baseline needs a mix that reads and writes: it sets one beside the other"
        )
    first = next(place for place, stage in enumerate(load.stages) if stage.measured)
    if any(stage.name == BASELINE for stage in load.stages):
        raise ProblemError(key, f"traffic.baseline needs the name {BASELINE!r} of a phase")
    level = load.stages[first].start or load.stages[first].end
    level *= reads / (reads + writes)
    if not load.open:
        level = float(max(1, round(level)))
    alone = Stage(BASELINE, seconds, level, level, measured=False)
    return replace(load, stages=(*load.stages[:first], alone, *load.stages[first:]))


def _client(keys: ClientKeys) -> dict[str, Any]:
    if keys.timeout % 1:
        raise ProblemError(
            ("client", "timeout"),
            f"client.timeout must be whole seconds, not {show(keys.timeout)}",
        )
    headers = checked_headers(keys.headers, ("client", "headers"), only_ascii=True)
    # Over HTTP the case of a name says nothing; gRPC takes small letters only.
    small = {name.lower(): value for name, value in headers.items()}
    return {**keys.model_dump(), "timeout": int(keys.timeout), "headers": small}


def thresholds_of(texts: Sequence[str], operations: Sequence[str] | None) -> tuple[Threshold, ...]:
    """Return the thresholds; without `operations`, their names are not known yet.

    Raises:
        ProblemError: one is not of the right form, or names no operation.
    """
    thresholds = []
    for place, text in enumerate(texts):
        try:
            threshold = parse_threshold(text)
            if operations is not None:
                check_operation(threshold, operations)
        except UsageError as error:
            raise ProblemError(("thresholds", place), str(error).rstrip(".")) from None
        thresholds.append(threshold)
    return tuple(thresholds)


def checks_of(key: str, names: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the user's checks under `key`.

    Raises:
        ProblemError: one is not of the form `module:function`.
    """
    for place, name in enumerate(names):
        module, separator, function = name.partition(":")
        if not (separator and function.isidentifier() and _is_module(module)):
            raise ProblemError((key, place), f"{key} must be {_CHECK}, not {show(name)}")
    return tuple(names)


def parse_mix(text: str, known: Collection[str]) -> Mix:
    """Return the weights that `text` gives, such as `upsert=1,query=4`.

    Args:
        text: `name=weight`, separated by commas; a weight is a whole number of at least 1.
        known: the names that exist.

    Raises:
        UsageError: `text` is not of that form, or names an operation that does not exist.
    """
    mix: Mix = {}
    for part in text.split(","):
        name, separator, weight = (piece.strip() for piece in part.partition("="))
        if not separator or not weight.isdecimal() or int(weight) < 1:
            raise UsageError(
                f"the mix {text!r}: {part.strip()!r} is not of the form name=weight with a whole "
                "weight of at least 1, such as upsert=1,query=4."
            )
        if name not in known:
            raise UsageError(
                f"the mix {text!r}: there is no operation {name!r}; choose from {', '.join(known)}."
            )
        if name in mix:
            raise UsageError(f"the mix {text!r}: {name!r} appears twice.")
        mix[name] = int(weight)
    return mix


def format_mix(mix: Mapping[str, int]) -> str:
    """Return `mix` as the command line spells it."""
    return ",".join(f"{name}={weight}" for name, weight in mix.items())


def _is_module(name: str) -> bool:
    return all(part.isidentifier() for part in name.split("."))
