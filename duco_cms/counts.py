"""How many rows belong to each row of a list."""

from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce


def count_of(rows: QuerySet[Any], owner: str) -> Coalesce:
    """An annotation: of each row, how many of these name it as their `owner`. Two such counts cost what they count; as
    joins they would cost the one times the other.
    """
    by_owner = rows.filter(**{owner: OuterRef("pk")}).order_by().values(owner)
    return Coalesce(Subquery(by_owner.annotate(of_owner=Count("pk")).values("of_owner")), 0)
