"""Filters that let a known share of the points through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qdrant_client import models

from locust_qdrant.workload.dataset import GROUP, RANK, TENANT

if TYPE_CHECKING:
    from locust_qdrant.operations.participant import Participant
    from locust_qdrant.workload.kinds import Filtered

#: The range of chance that numbers of tenants, groups and queries are drawn from.
MANY = 2**32


def chosen_filter(keys: Filtered, participant: Participant) -> models.Filter | None:
    """Return a filter as `keys` ask for, another one each time; None for no filter.

    Args:
        keys: `selectivity` is the expected share of points that the field `rank` lets through;
            `match` restricts to one tenant or group besides.
        participant: where chance comes from.
    """
    conditions: list[models.Condition] = []
    dataset = participant.dataset
    if keys.match != "none":
        number = participant.random.randrange(MANY)
        is_tenant = keys.match == "tenant"
        value = dataset.tenant(number) if is_tenant else dataset.group(number)
        conditions.append(
            models.FieldCondition(
                key=TENANT if is_tenant else GROUP, match=models.MatchValue(value=value)
            )
        )
    if keys.selectivity < 1:
        low = participant.random.random() * (1 - keys.selectivity)
        conditions.append(
            models.FieldCondition(key=RANK, range=models.Range(gte=low, lt=low + keys.selectivity))
        )
    return models.Filter(must=conditions) if conditions else None
