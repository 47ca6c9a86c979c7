"""Writing the audit, in the transaction of what is done."""

from collections.abc import Sequence

from django.contrib.auth.models import User

from duco_cms.audit.models import Action, Entry

SYSTEM = "the system"
GUARD = "guard"
CHANGES_KEPT = 1000
_SUBJECT_CHARACTERS = 500


def record(
    action: Action,
    subject: str,
    who: User | str | None,
    *,
    reason: str = "",
    release: int | None = None,
    machines: Sequence[int] = (),
    changes: Sequence[str] = (),
) -> None:
    """Adds an entry. `who` None is the system, a text one of its parts. Of many changes the first are kept, and how
    many more there were.
    """
    kept = list(changes[:CHANGES_KEPT])
    if len(changes) > CHANGES_KEPT:
        kept.append(f"and {len(changes) - CHANGES_KEPT} more")
    Entry.objects.create(
        user=who if isinstance(who, User) else None,
        actor=str(who or SYSTEM),
        action=action,
        subject=subject[:_SUBJECT_CHARACTERS],
        reason=reason,
        release=release,
        machines=list(machines),
        changes=kept,
    )
