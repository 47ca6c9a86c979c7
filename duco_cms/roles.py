"""The platform's roles: groups with the permissions that their work needs. `manage.py migrate` makes them, and adds
what a new version brings; it takes nothing away, and leaves groups of other names alone.

Whoever has a role must be staff (`is_staff`) as well: organisations' users have none.
"""

from typing import Any, Final

from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet

VIEWED: Final = ("audit", "definitions", "fleet", "jobs", "publication", "unmodelled")
DEFINED: Final = (
    "definitionset", "enum", "message", "signalgroup", "signal", "rule", "objectdefinition", "sample", "sequence",
    "dbcfile",
)  # fmt: skip
OPERATED: Final = ("machine", "machinemodel", "modelsetbinding", "organisation", "membership")


def _view() -> Q:
    return Q(content_type__app_label__in=VIEWED, codename__startswith="view_")


def _edit(app: str, models: tuple[str, ...]) -> Q:
    return Q(content_type__app_label=app, content_type__model__in=models) & ~Q(codename__startswith="view_")


def _one(app: str, codename: str) -> Q:
    return Q(content_type__app_label=app, codename=codename)


_BACKTEST = _one("jobs", "add_job")
_REDECODE = _one("jobs", "redecode_job")
_EDITOR = (
    _edit("definitions", DEFINED)
    | _edit("unmodelled", ("ignored",))
    | _one("publication", "add_submission")
    | _BACKTEST
)
_REVIEWER = _one("publication", "review_submission") | _BACKTEST
_RELEASER = _one("definitions", "publish_release") | _BACKTEST | _REDECODE
_OPERATOR = _edit("fleet", OPERATED) | _BACKTEST | _REDECODE
_PEOPLE = Q(content_type__app_label="auth", content_type__model__in=("user", "group")) | Q(
    content_type__app_label="meta_api", content_type__model="apitoken"
)
ROLES: Final[dict[str, Q]] = {
    "viewer": _view(),
    "editor": _view() | _EDITOR,
    "reviewer": _view() | _REVIEWER,
    "releaser": _view() | _RELEASER,
    "operator": _view() | _OPERATOR,
    "administrator": _view() | _EDITOR | _REVIEWER | _RELEASER | _OPERATOR | _PEOPLE,
}


def permissions_of(role: str) -> QuerySet[Permission]:
    """What the role may do, of what there is."""
    return Permission.objects.filter(ROLES[role])


def make_roles(**_kwargs: Any) -> None:
    """After each migration, once all permissions are there."""
    for role in ROLES:
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.add(*permissions_of(role))
