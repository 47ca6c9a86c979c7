"""The admin's own pages and buttons: who may use which, walked. Django's pages of rows go by its permissions."""

# ruff: noqa: F811 - a fixture of another file is an argument here

import re

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse

from duco_cms.definitions.models import Message
from duco_cms.publication.releasing import Cohort, start_rollout
from duco_cms.roles import ROLES
from tests.cms.publication import person
from tests.cms.test_schemathesis import world  # noqa: F401 - a fixture

ALL = set(ROLES)
EDIT = {"editor", "administrator"}
REVIEW = {"reviewer", "administrator"}
RELEASE = {"releaser", "administrator"}
BACKTEST = ALL - {"viewer"}
REDECODE = {"releaser", "operator", "administrator"}
# Who may, by route and method. Whoever adds a route of our own adds it here.
ALLOWED = {
    ("jobs_job_changelist", "get"): ALL,
    ("jobs_job_change", "get"): ALL,
    ("jobs_job_ask", "get"): BACKTEST,
    ("jobs_job_ask", "post"): BACKTEST,
    ("jobs_job_pause", "post"): BACKTEST,
    ("jobs_job_resume", "post"): BACKTEST,
    ("jobs_job_cancel", "post"): BACKTEST,
    ("jobs_job_redecode", "post"): REDECODE,
    ("publication_submission_changelist", "get"): ALL,
    ("publication_submission_change", "get"): ALL,
    ("publication_submission_approve", "post"): REVIEW,
    ("publication_submission_reject", "post"): REVIEW,
    ("publication_submission_withdraw", "post"): EDIT,
    ("publication_submission_resubmit", "post"): EDIT,
    ("publication_submission_publish", "post"): RELEASE,
    ("publication_submission_try_out", "post"): RELEASE,
    ("publication_rollout_changelist", "get"): ALL,
    ("publication_rollout_change", "get"): ALL,
    ("publication_rollout_promote", "post"): RELEASE,
    ("publication_rollout_end", "post"): RELEASE,
    ("definitions_release_changelist", "get"): ALL,
    ("definitions_release_change", "get"): ALL,
    ("definitions_release_running", "get"): ALL,
    ("definitions_release_rollback", "post"): RELEASE,
    ("definitions_definitionset_try", "get"): ALL,
    ("definitions_definitionset_try_run", "post"): ALL,
    ("definitions_definitionset_try_keep", "post"): EDIT,
    ("definitions_message_impact", "get"): ALL,
    ("unmodelled_ignored_changelist", "get"): ALL,
    ("unmodelled_frames", "get"): ALL,
    ("unmodelled_draft", "post"): EDIT,
    ("unmodelled_ignore", "post"): EDIT,
    ("unmodelled_heed", "post"): EDIT,
}
QUERIES = {"unmodelled_frames": {"id": "18FF1203", "bus": "0"}}
WALKED = ("jobs_job_", "publication_", "unmodelled_")
# Django's own, and those that django-unfold makes of buttons: they lead to a route in the table.
OTHERS = re.compile(r"_(add|delete|history|autocomplete|page|download)$|^unmodelled_ignored_change$")


def test_every_route_is_in_the_table():
    names = {
        each.name
        for model in admin.site._registry.values()
        for each in model.get_urls()
        if each.name and each.name.startswith(WALKED) and not OTHERS.search(each.name)
    }
    assert names == {name for name, _ in ALLOWED if name.startswith(WALKED)}


def row_of(world, name):
    """What a route is about."""
    if name.startswith("publication_rollout_"):
        return start_rollout(world.approved, world.root, Cohort([world.machine.number]))
    if name.startswith("jobs_job_"):
        return world.done if name.endswith("redecode") else world.paused if name.endswith("resume") else world.running
    rows = {"publication_submission_": world.in_review, "definitions_release_": world.first}
    rows |= {"definitions_definitionset_": world.set, "definitions_message_": Message.objects.first()}
    return next((row for prefix, row in rows.items() if name.startswith(prefix)), None)


def path_of(world, name):
    alone = name.endswith(("_changelist", "_ask", "_running")) or name.startswith("unmodelled_")
    return reverse(f"admin:{name}", args=[] if alone else [row_of(world, name).pk])


def asked(client, user, method, path, query):
    client.force_login(user)
    with transaction.atomic():
        answer = getattr(client, method)(path, query)
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize(("name", "method"), ALLOWED)
def test_who_may_use_a_page(client, world, name, method):
    path = path_of(world, name)
    query = {"release": 1, "submission": world.in_review.pk} if name == "jobs_job_ask" else QUERIES.get(name, {})
    for role in ROLES:
        status = asked(client, person(f"one-{role}", role), method, path, query).status_code
        assert (status == 403) == (role not in ALLOWED[name, method]), f"{method} by {role}: {status}"
        assert status < 500
    assert asked(client, person("newcomer"), method, path, query).status_code == 403


@pytest.mark.parametrize(("name", "method"), ALLOWED)
def test_without_staff_no_page_is_there(client, world, name, method):
    """Users of organisations, whatever their roles, are sent to sign in as somebody else."""
    outsider = person("outsider", *ROLES)
    outsider.is_staff = False
    outsider.save()
    path = path_of(world, name)
    for user in (outsider, get_user_model().objects.create_user("alice")):
        answer = asked(client, user, method, path, {})
        assert answer.status_code in {302, 403}, user
        assert answer.status_code == 403 or "/login/" in answer["Location"], answer["Location"]
