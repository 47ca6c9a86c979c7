"""Every route of the Meta API refuses those who may not use it: anonymous callers, users of organisations, workers
where they have no business, and roles that do not allow it.
"""

import pytest
from django.contrib.auth.models import Group
from django.urls import get_resolver, reverse

from duco_cms.definitions.publishing import publish
from duco_cms.roles import ROLES, make_roles
from tests.cms.callers import WORKER, on_behalf
from tests.cms.publication import change_scale, person, trial

ALL = set(ROLES)
EDIT = {"editor", "administrator"}
REVIEW = {"reviewer", "administrator"}
RELEASE = {"releaser", "administrator"}
WORKERS = "workers"
# Who may, by route and method. Whoever adds a route adds it here.
ALLOWED = {
    ("meta-channel-release", "get"): ALL | {WORKERS},
    ("meta-releases", "get"): ALL | {WORKERS},
    ("meta-releases", "post"): RELEASE,
    ("meta-release", "get"): ALL | {WORKERS},
    ("meta-release-diff", "get"): ALL,
    ("meta-release-rollback", "post"): RELEASE,
    ("meta-submissions", "get"): ALL,
    ("meta-submissions", "post"): EDIT,
    ("meta-submission", "get"): ALL,
    ("meta-submission-artefact", "get"): ALL | {WORKERS},
    ("meta-submission-approve", "post"): REVIEW,
    ("meta-submission-reject", "post"): REVIEW,
    ("meta-submission-withdraw", "post"): EDIT,
    ("meta-submission-resubmit", "post"): EDIT,
    ("meta-rollouts", "get"): ALL | {WORKERS},
    ("meta-rollout-current", "get"): ALL | {WORKERS},
    ("meta-rollout", "get"): ALL | {WORKERS},
    ("meta-rollout-promote", "post"): RELEASE,
    ("meta-rollout-end", "post"): RELEASE,
    ("meta-rollout-pause", "post"): RELEASE | {WORKERS},
    ("meta-audit", "get"): ALL,
    ("meta-directory", "get"): ALL | {WORKERS},
    ("meta-sets", "get"): ALL,
    ("meta-set-text", "get"): ALL,
    ("meta-set-text", "put"): EDIT,
    ("meta-message-draft", "post"): EDIT,
    ("meta-ignored", "get"): ALL,
    ("meta-ignored", "post"): EDIT,
    ("meta-one-ignored", "delete"): EDIT,
    ("meta-set-try", "post"): ALL,
    ("meta-set-impact", "get"): ALL,
    ("meta-check", "post"): ALL,
    ("meta-jobs", "get"): ALL,
    ("meta-jobs", "post"): ALL - {"viewer"},
    ("meta-job", "get"): ALL,
    ("meta-job-found", "get"): ALL,
    ("meta-job-points", "get"): ALL,
    ("meta-job-pause", "post"): ALL - {"viewer"},
    ("meta-job-resume", "post"): ALL - {"viewer"},
    ("meta-job-cancel", "post"): ALL - {"viewer"},
    ("meta-job-claim", "post"): {WORKERS},
    ("meta-job-renew", "post"): {WORKERS},
    ("meta-job-chunk", "post"): {WORKERS},
    ("meta-job-give-back", "post"): {WORKERS},
    ("meta-job-finish", "post"): {WORKERS},
    ("meta-job-fail", "post"): {WORKERS},
}
# Of whoever is signed in: they say nothing of what is stored.
DOCUMENTS = {"meta-schema", "meta-docs"}
METHODS = ("get", "post", "put", "patch", "delete")
ARGUMENTS = {"meta-channel-release": ["stable"]}
WITHOUT = {
    "meta-releases", "meta-submissions", "meta-rollouts", "meta-rollout-current", "meta-audit", "meta-directory",
    "meta-sets", "meta-check", "meta-jobs", "meta-job-claim", "meta-ignored",
}  # fmt: skip
UNKNOWN = 2**30
"""Nothing has this number, so that no call changes what the next one finds."""


def path_of(name):
    return reverse(name, args=[] if name in WITHOUT else ARGUMENTS.get(name, [UNKNOWN]))


@pytest.fixture
def callers(engine_message, fleet):
    publish(None, "first")
    change_scale(0.25)
    trial(person("author", "editor"), person("releaser", "reviewer", "releaser"), fleet["alice"].number)
    return {role: on_behalf(person(f"one-{role}", role)) for role in ROLES} | {WORKERS: WORKER}


def test_every_route_is_in_the_table():
    from duco_cms.api.urls import urlpatterns

    assert {pattern.name for pattern in urlpatterns} == {name for name, _ in ALLOWED} | DOCUMENTS
    assert "meta/v1/" in {str(pattern.pattern) for pattern in get_resolver().url_patterns}


@pytest.mark.parametrize("name", sorted({name for name, _ in ALLOWED}))
def test_who_may_use_a_route(client, callers, people, name):
    path = path_of(name)
    for method in METHODS:
        call = getattr(client, method)
        assert call(path).status_code == 401, f"{method} by nobody"
        assert call(path, headers=on_behalf(people["alice"])).status_code == 403, f"{method} by no staff"
        allowed = ALLOWED.get((name, method))
        for caller, headers in callers.items():
            status = call(path, headers=headers).status_code
            if allowed is None:
                assert status in {403, 405}, f"{method} by {caller}"
            else:
                assert (status == 403) == (caller not in allowed), f"{method} by {caller}: {status}"
                assert status < 500


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_the_documents_are_for_who_is_signed_in(client, people, name):
    assert client.get(reverse(name)).status_code == 401
    assert client.get(reverse(name), headers=on_behalf(people["alice"])).status_code == 200


def test_staff_without_a_role_may_nothing(client, callers):
    nobody = on_behalf(person("newcomer"))
    for name, method in ALLOWED:
        assert getattr(client, method)(path_of(name), headers=nobody).status_code == 403, name


def test_a_role_without_staff_may_nothing(client, callers):
    user = person("outsider", *ROLES)
    user.is_staff = False
    user.save()
    for name, method in ALLOWED:
        assert getattr(client, method)(path_of(name), headers=on_behalf(user)).status_code == 403, name


def test_roles_are_made_and_mended_but_never_narrowed(db):
    assert set(Group.objects.values_list("name", flat=True)) == ALL
    viewer, own = Group.objects.get(name="viewer"), Group.objects.create(name="ours")
    before = set(viewer.permissions.all())
    extra = Group.objects.get(name="editor").permissions.get(codename="add_submission")
    viewer.permissions.set([extra])
    make_roles()
    assert set(viewer.permissions.all()) == before | {extra}
    assert not own.permissions.exists()


PAGES = {
    "viewer": {"/admin/definitions/release/", "/admin/publication/submission/", "/admin/audit/entry/"},
    "editor": {"/admin/definitions/release/publish/", "/admin/definitions/signal/add/"},
    "reviewer": set(),
    "releaser": set(),
    "operator": {"/admin/fleet/machine/add/"},
    "administrator": {"/admin/auth/user/", "/admin/meta_api/apitoken/add/"},
}


@pytest.mark.parametrize("role", ROLES)
def test_pages_of_the_admin_are_for_their_roles(client, db, settings, role):
    settings.FOUR_EYES = True
    client.force_login(person("one", role))
    allowed = PAGES["viewer"] | PAGES[role]
    if role == "administrator":
        allowed = set().union(*PAGES.values())
    for page in set().union(*PAGES.values()):
        assert (client.get(page).status_code == 200) == (page in allowed), page
