"""Whatever is asked of the Meta API, it answers as its OpenAPI document says, and never fails."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from duco_cms.api.throttling import EditThrottle
from duco_cms.definitions.models import DefinitionSet, Message, Signal, SignalGroup
from duco_cms.definitions.publishing import publish
from duco_cms.definitions.texts import etag_of, text_of
from duco_cms.fleet.models import Machine, MachineModel, ModelSetBinding, Organisation
from duco_cms.jobs.asking import Span, ask_backtest
from duco_cms.jobs.leasing import Chunk, claim, finish, hand_in
from duco_cms.jobs.steering import pause
from duco_cms.publication.releasing import Cohort, publish_submission, start_rollout
from duco_cms.publication.review import approve, submit
from duco_cms.unmodelled.ignoring import ignore
from duco_cms.unmodelled.models import Ignored
from tests.cms.callers import WORKER, on_behalf
from tests.cms.documented import ask, document, found_something, hit, operations
from tests.cms.publication import change_scale

PREFIX = "/meta/v1/"
OPERATIONS = operations(PREFIX)
TURNS = ("claim", "renew", "chunk", "give-back", "finish", "fail")
UNKNOWN = 2**31
SIGNAL = {
    "group": 1, "slot": 0, "name": "EEC1.EngineSpeed", "both": 60, "values": 59, "qualities": 0, "only_before": 0,
    "only_after": 0, "greatest": 12.5,
}  # fmt: skip
# Where the Data API is asked, of which nothing runs here.
NOT_DONE = {"POST /meta/v1/sets/{number}/messages/draft"}


def engine():
    definition_set = DefinitionSet.objects.create(name="engine")
    message = Message.objects.create(
        definition_set=definition_set, name="EEC1", match="pgn", can_id=0x0CF00400, extended=True, pgn=61444,
        j1939=True, length=8,
    )  # fmt: skip
    group = SignalGroup.objects.create(message=message)
    Signal.objects.create(group=group, name="EngineSpeed", start=24, length=16, scale=0.125, unit="rpm")
    return definition_set


def job_done(job):
    """With something found."""
    held = claim()
    assert held.pk == job.pk
    found = {
        "signals": [SIGNAL], "rejected": {"not_json": 1}, "rows": {"frame_values": 3},
        "rules": [{"rule": 4, "name": "check hot", "only_before": 1, "only_after": 0}],
    }  # fmt: skip
    points = [{"group": 1, "slot": 0, "source": 0, "points": [[5, 0, 1.0, 0, None, None]]}]
    for number in held.machines:
        hand_in(held.pk, held.lease, Chunk(number, held.begin, held.end, 60, 600, found, points, b"memory"))
    finish(held.pk, held.lease)


@pytest.fixture
def world(db, settings, monkeypatch):
    """A live release and one before it, submissions and jobs in several states."""
    monkeypatch.setattr(EditThrottle, "rate", "1000000/min")
    settings.FOUR_EYES = False
    return made_world()


def made_world():
    root = get_user_model().objects.create_superuser("root")
    model = MachineModel.objects.create(name="EX-1")
    definition_set = engine()
    ModelSetBinding.objects.create(model=model, definition_set=definition_set)
    owner = Organisation.objects.create(name="Owner")
    machine = Machine.objects.create(device="ex-1", name="Digger", model=model, organisation=owner)
    publish(root, "first")
    change_scale(0.25)
    live = publish_submission(approve(submit(root, "second"), root), root)
    change_scale(0.5)
    approved = approve(submit(root, "third"), root)
    change_scale(1.0)
    in_review = submit(root, "fourth")
    change_scale(2.0)
    now = timezone.now()
    span = Span([machine.number], now - timedelta(hours=2), now - timedelta(hours=1))
    first = type(live).objects.get(number=1)
    done = ask_backtest(root, first, span)
    job_done(done)
    ask_backtest(root, approved, span)
    running = claim()
    paused = pause(ask_backtest(root, in_review, span), root)
    ignore(root, "frames", "PGN 65298 (FF12) on bus 0", "of the workshop")
    return SimpleNamespace(
        root=root, set=definition_set, machine=machine, first=first, live=live, approved=approved, in_review=in_review,
        done=done, running=running, paused=paused, ignored=Ignored.objects.get(),
    )  # fmt: skip


def numbered(one, *more):
    """What a route is about: a row, and others that it does as well with."""
    return {"number": [one.pk, *(each.pk for each in more), UNKNOWN], "If-Match": [getattr(one, "etag", '"x"')]}


def values_of(world, operation):
    """What there is, by the names of an operation's parameters and of its body's members."""
    path = operation.split(" ", 1)[1].removeprefix(PREFIX)
    last = path.rsplit("/", 1)[-1]
    values = {
        "machines": [[world.machine.number]], "machine": [world.machine.number, UNKNOWN - 1], "channel": ["stable"],
        "lease": [str(world.running.lease)], "signal": ["EEC1.EngineSpeed"], "to": ["live", "previous", "1", "9"],
        "begin": [world.running.begin.isoformat()], "end": [world.running.end.isoformat()], "group": [1], "slot": [0],
    }  # fmt: skip
    if path.startswith("submissions/"):
        return values | numbered(world.in_review, world.approved)
    if path.startswith("rollouts/"):
        return values | numbered(start_rollout(world.approved, world.root, Cohort([world.machine.number])))
    if path.startswith("jobs/"):
        job = world.paused if last in {"resume", "cancel"} else world.running
        return values | numbered(*([world.done] if last in {"found", "points"} else [job]))
    if path.startswith("sets/"):
        return values | numbered(world.set) | {"If-Match": [etag_of(text_of(world.set))]}
    if path.startswith("unmodelled/"):
        return values | numbered(world.ignored)
    return values | numbered(world.first, world.live) | {
        "If-Match": [(world.approved if last == "" else world.live).etag], "submission": [world.approved.pk],
    }  # fmt: skip


def bodies_of(world, operation):
    """Bodies that are taken where the rest of the request is right, by what the route ends with."""
    lease, span = {"lease": str(world.running.lease)}, [world.running.begin.isoformat(), world.running.end.isoformat()]
    asked = {"kind": "backtest", "machines": [world.machine.number], "begin": span[0], "end": span[1]}
    found = {"signals": [SIGNAL], "rules": [{"rule": 1, "name": "hot", "only_before": 1, "only_after": 0}]}
    points = [{"group": 1, "slot": 0, "source": 0, "points": [[5, 0, 1.0, 0, None, None]]}]
    return {
        "jobs/": [
            {**asked, "release": 1, "note": "n"}, {**asked, "submission": world.in_review.pk, "warm_up": 0},
            {"kind": "redecode", "compared": world.done.pk, "note": "n"},
        ],
        "releases/": [{"submission": world.approved.pk, "channel": channel} | ({
            "machines": [world.machine.number], "percentage": 50.0, "most_bad_share": 0.1, "fewest_values": 10,
        } if channel == "canary" else {}) for channel in ("stable", "canary")],
        "chunk": [{
            **lease, "machine": world.machine.number, "begin": span[0], "end": span[1], "envelopes": 1, "values": 1,
            "found": found | {"rows": {"frame_values": 1}, "rejected": {"not_json": 1}}, "points": points, "memory": "",
        }],
        "fail": [{**lease, "error": "e"}],
        "try": [
            {"frames": [{"id": "0CF00400", "data": "0011223344556677", "bus": 0, "ts": 0}], "rules": True},
            {"candump": "(1.0) can0 0CF00400#0011223344556677", "machine": world.machine.number},
        ],
        "text": [text_of(world.set)],
        "pause": [{"reason": "r", "evidence": {"bad": [1, None, 0.5]}}] if "/rollouts/" in operation else [],
        "check": [{"texts": {"engine": text_of(world.set)}}],
        "ignored/": [{"kind": "frames", "what": "id 123 on bus 1", "reason": "r"}],
        "draft": [{"id": "18FF1203", "bus": 0, "match": "pgn", "signals": True, "machine": world.machine.number}],
        "submissions/": [{"note": "n"}],
    } | {each: [lease] for each in ("renew", "give-back", "finish")} | {
        each: [{"reason": "r"}] for each in ("rollback", "end", "reject")
    } | {"approve": [{"comment": "c"}]}  # fmt: skip


def sent_bodies(world, operation):
    if operation.startswith("GET "):
        return []
    ends = [(end, bodies) for end, bodies in bodies_of(world, operation).items() if operation.endswith(f"/{end}")]
    return ends[0][1] if ends else []


def headers_of(world, operation):
    return WORKER if operation.rsplit("/", 1)[-1] in TURNS else on_behalf(world.root)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_meta_api_answers_as_documented(world, operation):
    made = document()
    hit(made, operation, values_of(world, operation))
    statuses = ask(made, operation, lambda: headers_of(world, operation), sent_bodies(world, operation))
    assert operation in NOT_DONE or found_something(statuses), f"Nothing was found: {sorted(statuses)}"
