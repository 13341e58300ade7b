"""Filters that let a known share of the points through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qdrant_client import models

from locust_qdrant.config.dataset import GROUP, RANK, TENANT

if TYPE_CHECKING:
    from locust_qdrant.config.operations import Filtered
    from locust_qdrant.targets.qdrant.virtual_user import VirtualUser

#: The range of chance that numbers of tenants, groups and queries are drawn from.
MANY = 2**32


def chosen_filter(keys: Filtered, virtual_user: VirtualUser) -> models.Filter | None:
    """Return a filter as `keys` ask for, another one each time; None for no filter.

    Args:
        keys: `selectivity` is the expected share of points that the field `rank` lets through;
            `match` restricts to one tenant or group besides.
        virtual_user: where chance comes from.
    """
    conditions: list[models.Condition] = []
    dataset = virtual_user.dataset
    if keys.match != "none":
        number = virtual_user.random.randrange(MANY)
        is_tenant = keys.match == "tenant"
        value = dataset.tenant(number) if is_tenant else dataset.group(number)
        conditions.append(
            models.FieldCondition(
                key=TENANT if is_tenant else GROUP, match=models.MatchValue(value=value)
            )
        )
    if keys.selectivity < 1:
        low = virtual_user.random.random() * (1 - keys.selectivity)
        conditions.append(
            models.FieldCondition(key=RANK, range=models.Range(gte=low, lt=low + keys.selectivity))
        )
    return models.Filter(must=conditions) if conditions else None
