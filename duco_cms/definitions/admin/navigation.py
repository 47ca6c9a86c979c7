"""The admin's menu, in the order in which people work."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

ENTRIES = {
    "Fleet": [
        ("Machines", "fleet_machine", "agriculture"),
        ("Machine models", "fleet_machinemodel", "category"),
        ("Organisations", "fleet_organisation", "corporate_fare"),
    ],
    "Definitions": [
        ("Signals", "definitions_signal", "show_chart"),
        ("Messages", "definitions_message", "mail"),
        ("Definition sets", "definitions_definitionset", "folder_open"),
        ("Enums", "definitions_enum", "list"),
        ("Rules", "definitions_rule", "rule"),
        ("Objects", "definitions_objectdefinition", "data_object"),
        ("Golden samples", "definitions_sample", "verified"),
        ("Test sequences", "definitions_sequence", "timeline"),
        ("DBC files", "definitions_dbcfile", "upload_file"),
        ("Unmodelled", "unmodelled_ignored", "inbox"),
    ],
    "Publication": [
        ("Submissions", "publication_submission", "rate_review"),
        ("Releases", "definitions_release", "inventory_2"),
        ("Rollouts", "publication_rollout", "experiment"),
        ("Jobs", "jobs_job", "manufacturing"),
        ("Audit", "audit_entry", "history"),
    ],
    "People": [
        ("Users", "auth_user", "person"),
        ("Groups", "auth_group", "group"),
        ("API tokens", "meta_api_apitoken", "key"),
    ],
}


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """What the user may see of it."""
    groups = []
    for title, entries in ENTRIES.items():
        items = [
            {"title": text, "icon": icon, "link": reverse(f"admin:{model}_changelist")}
            for text, model, icon in entries
            if request.user.has_perm(_view_permission(model))
        ]
        if items:
            groups.append({"title": title, "separator": True, "items": items})
    return groups


VIEWED_WITH = {"unmodelled_ignored": "definitions.view_message"}
"""Pages that another right than that of their model opens."""


def _view_permission(model: str) -> str:
    if model in VIEWED_WITH:
        return VIEWED_WITH[model]
    app, name = model.split("_", 1)
    return f"{app}.view_{name}"
