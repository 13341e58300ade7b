"""Filters that let a known share of the points through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qdrant_client import models

from locust_qdrant.config.dataset import GROUP, RANK, TENANT, tenant_name

if TYPE_CHECKING:
    from random import Random

    from locust_qdrant.config.dataset import Dataset
    from locust_qdrant.config.operations import Filtered

#: The range of chance that numbers of tenants, groups and queries are drawn from.
MANY = 2**32


@dataclass(frozen=True, slots=True)
class PointFilter:
    """What a point must have; None wherever it does not matter.

    Attributes:
        tenant: number of its tenant.
        group: its group.
        ranks: its rank is from the first to below the second.
    """

    tenant: int | None = None
    group: int | None = None
    ranks: tuple[float, float] | None = None

    def model(self) -> models.Filter:
        """Return the filter as the client takes it."""
        conditions: list[models.Condition] = []
        if self.tenant is not None:
            value = models.MatchValue(value=tenant_name(self.tenant))
            conditions.append(models.FieldCondition(key=TENANT, match=value))
        if self.group is not None:
            number = models.MatchValue(value=self.group)
            conditions.append(models.FieldCondition(key=GROUP, match=number))
        if self.ranks is not None:
            low, high = self.ranks
            conditions.append(models.FieldCondition(key=RANK, range=models.Range(gte=low, lt=high)))
        return models.Filter(must=conditions)

    def lets_through(self, tenant: int, group: int | None, rank: float) -> bool:
        """Tell whether a point with these fields may pass; None for a group that nobody knows."""
        if self.tenant is not None and tenant != self.tenant:
            return False
        if self.group is not None and group is not None and group != self.group:
            return False
        return self.ranks is None or self.ranks[0] <= rank < self.ranks[1]


def chosen_filter(keys: Filtered, dataset: Dataset, random: Random) -> PointFilter | None:
    """Return a filter as `keys` ask for, another one each time; None for no filter.

    Args:
        keys: `selectivity` is the expected share of points that the field `rank` lets through;
            `match` restricts to one tenant or group besides.
        dataset: what the points are made of.
        random: where chance comes from.
    """
    tenant = group = ranks = None
    if keys.match != "none":
        number = random.randrange(MANY)
        if keys.match == "tenant":
            tenant = dataset.tenant_number(number)
        else:
            group = dataset.group(number)
    if keys.selectivity < 1:
        low = random.random() * (1 - keys.selectivity)
        ranks = (low, low + keys.selectivity)
    chosen = PointFilter(tenant, group, ranks)
    return None if chosen == PointFilter() else chosen


def as_model(chosen: PointFilter | None) -> models.Filter | None:
    """Return a filter as the client takes it, None for none."""
    return None if chosen is None else chosen.model()
