"""Two people who save at the same moment: whoever is later waits for the other, and then notices."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection, connections, transaction

from duco_cms.definitions.admin.editing import EditingAdmin
from duco_cms.definitions.admin.noticing import MEANWHILE
from duco_cms.definitions.importing import import_dbc
from duco_cms.definitions.locking import _CONTENT, hold_edits, hold_releases
from duco_cms.definitions.models import DefinitionSet, Message, Sample, Signal
from duco_cms.definitions.models.messages import Match
from duco_cms.definitions.sampling import keep_sample
from duco_cms.definitions.texts import StaleTextError, apply_text, etag_of, text_of
from duco_cms.fleet.models import MachineModel, ModelSetBinding
from duco_cms.unmodelled.drafting import draft_message
from duco_cms.unmodelled.identifiers import Place
from tests.cms.publication import person
from tests.cms.test_admin import DBC
from tests.cms.test_message_page import sent
from tests.cms.test_noticing import TEXT, opened, save

pytestmark = pytest.mark.django_db(transaction=True)

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
SAMPLE = 'golden "s" for Boom { bytes x"00 00" expect { angle = 0 [deg] } }\n'
PLACE = Place(bus=0, can_id=0x456, extended=False, page=None)
ACTIVITY = {"frames": 0, "lengths": [], "cycle_us": None}


@pytest.fixture
def edith(client):
    apply_text("digger", TEXT)
    editor = person("edith", "editor")
    client.force_login(editor)
    return editor


@contextmanager
def later(act: Callable[[], object]) -> Iterator[list[object]]:
    """The block's transaction, and `act` beside it: it waits for the block's locks. What it gave or raised is there
    behind the block.
    """
    given: list[object] = []

    def beside() -> None:
        try:
            given.append(act())
        except Exception as error:  # noqa: BLE001 - looked at by the test's own thread
            given.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=beside)
    with transaction.atomic():
        yield given
        thread.start()
        _wait_until_it_waits_for_us(thread)
    thread.join(60)
    assert given, "it never ended"


def _wait_until_it_waits_for_us(thread: threading.Thread) -> None:
    deadline = time.monotonic() + 30
    with connection.cursor() as cursor:
        while True:
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
            assert thread.is_alive(), "it waited for nobody"
            assert time.monotonic() < deadline, "it neither waits nor ends"
            time.sleep(0.02)  # between two looks; the deadline decides


def rescale(scale: float) -> None:
    """As the page of another editor saves it."""
    hold_edits()
    signal = Signal.objects.select_for_update().get(name="angle")
    signal.scale = scale
    signal.save()


def test_a_signal_saved_meanwhile_is_noticed(edith, client):
    signal = Signal.objects.get()
    fields = opened(client, signal)
    with later(lambda: save(client, signal, fields | {"unit": "rad"})) as given:
        rescale(0.25)
    assert MEANWHILE in given[0].content.decode()
    signal.refresh_from_db()
    assert (signal.scale, signal.unit) == (0.25, "deg")


def test_a_text_applied_meanwhile_is_noticed_on_a_page(edith, client):
    message = Message.objects.get()
    fields = sent(message, title="mine")
    with later(lambda: client.post(f"/admin/definitions/message/{message.pk}/change/", fields)) as given:
        apply_text("digger", TEXT.replace("length 2", "length 3"))
    assert given[0].status_code == 200, "it is asked about"
    message.refresh_from_db()
    assert (message.length, message.title) == (3, "")


def test_a_text_waits_for_a_page_and_is_stale_then(edith):
    etag = etag_of(text_of(DefinitionSet.objects.get()))
    with later(lambda: apply_text("digger", TEXT.replace("length 2", "length 3"), etag)) as given:
        rescale(0.25)
    assert isinstance(given[0], StaleTextError)
    assert Signal.objects.get().scale == 0.25


def test_a_sample_kept_meanwhile_makes_a_text_stale(edith):
    definition_set = DefinitionSet.objects.get()
    etag = etag_of(text_of(definition_set))
    with later(lambda: apply_text("digger", f"{TEXT}# more\n", etag)) as given:
        keep_sample(definition_set, SAMPLE)
    assert isinstance(given[0], StaleTextError)
    assert Sample.objects.count() == 1


def test_a_dbc_file_waits_for_a_page(edith):
    import_dbc(DBC, "engine")
    with later(lambda: import_dbc(DBC, "engine")) as given:
        hold_edits()
        Signal.objects.filter(name="EngineSpeed").update(scale=0.5)
    assert [change.detail for change in given[0].changes] == ["scale: 0.5 → 0.25"]


@pytest.mark.parametrize("what", ["sample", "draft", "action", "delete"])
def test_whatever_edits_waits_for_a_text_that_is_applied(edith, client, what):
    definition_set = DefinitionSet.objects.get()
    root = User.objects.create_superuser("root", password="p")
    sample, _ = keep_sample(definition_set, SAMPLE.replace('"s"', '"t"'))
    client.force_login(root)
    chosen = {"action": "take_out_of_use", "_selected_action": [Signal.objects.get().pk]}
    acts = {
        "sample": lambda: keep_sample(definition_set, SAMPLE),
        "draft": lambda: draft_message(edith, PLACE, definition_set, Match.ID, ACTIVITY, signals=False),
        "action": lambda: client.post("/admin/definitions/signal/", chosen).status_code,
        "delete": lambda: client.post(f"/admin/definitions/sample/{sample.pk}/delete/", {"post": "yes"}).status_code,
    }
    with later(acts[what]) as given:
        hold_releases()
    assert not isinstance(given[0], Exception), given[0]


def test_every_page_of_definitions_does_so(db):
    edited = [model for model in _CONTENT if model not in (MachineModel, ModelSetBinding)]
    pages = {model: page for model, page in admin.site._registry.items() if model in edited}
    assert len(pages) == len(edited)
    assert [model for model, page in pages.items() if not isinstance(page, EditingAdmin)] == []
