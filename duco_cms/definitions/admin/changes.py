"""How pages tell what changes."""

from typing import Any

from duco_cms.definitions.comparison import Change, summary

CHANGES_SHOWN = 200


def change_summary(changes: list[Change]) -> dict[str, Any]:
    """What `definitions/changes.html` shows: how many of each kind, and the first rows."""
    return {
        "summary": summary(changes),
        "changes": changes[:CHANGES_SHOWN],
        "more": max(0, len(changes) - CHANGES_SHOWN),
    }
