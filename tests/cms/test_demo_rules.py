"""The demo's rules are published, find what the simulated machines' faults do, and are silent without faults."""

import io
import math
from collections import defaultdict

import pytest
from django.core.management import call_command

from duco_cms.definitions.artefact import artefact
from duco_cms.definitions.management.commands.create_demo import DEMO_DBC, DEMO_RULES
from duco_cms.definitions.models import Release, Rule
from ingest.device.excavator import Excavators
from ingest.device.faults import CATALOGUE, Faults
from ingest.device.signals import signals_of
from parsing.checker.check import check
from parsing.checker.sources import Source
from parsing.dbc import read_dbc
from parsing.language.parser import parse
from parsing.quality import Quality
from parsing.release import load_release
from parsing.rules.interpreter import Interpreter, Row

RULES = {"coolant_overheat", "oil_pressure_while_running", "voltage_while_running", "travelling"}


def test_the_demo_publishes_its_rules(db):
    call_command("create_demo", stdout=io.StringIO())
    release = load_release(artefact(Release.objects.get()))
    assert {rule.name for rule in release.content.rules} == RULES | {"hydraulic_power", "engine_runs", "slope"}
    assert [each.kind for each in release.content.objects] == ["position"]
    # it should leave alone what was edited since
    Rule.objects.filter(name="slope").update(retired=True)
    call_command("create_demo", stdout=io.StringIO())
    assert Rule.objects.get(name="slope").retired


@pytest.fixture(scope="module")
def checked():
    text = DEMO_RULES.read_text("utf-8")
    checked = check([Source("excavator", parse(text).document, text)], [read_dbc(DEMO_DBC.read_bytes(), "dbc")])
    assert checked.is_publishable
    return checked


class Drive:
    """One simulated machine under rules, at one row of each group a second."""

    def __init__(self, checked):
        self._program = checked.program
        self._names = {rule.id: rule.name for rule in checked.program.rules}
        self._groups = [
            group for each in checked.content.sets for message in each.messages for group in message.groups
        ]  # fmt: skip
        self._interpreter = Interpreter(checked.program, {}, lateness=0)
        self._machines = Excavators(1, 7)
        # A warm machine: what faults do to a cold one is nothing for minutes.
        self._machines.coolant[:], self._machines.oil[:] = 88.0, 85.0
        self._faults = Faults(self._machines, 7)
        self._second = 0

    def run(self, seconds, fault=None):
        """The rules that were active at the end of a second, with the number of those seconds."""
        found = defaultdict(int)
        if fault is not None:
            self._machines.extra_heat[:] = fault.heat
            self._machines.lost_oil_pressure[:] = fault.oil_pressure
            self._machines.lost_voltage[:] = fault.voltage
        for _ in range(seconds):
            self._step()
            for number, name in self._names.items():
                if name in RULES and self._interpreter.is_active(number):
                    found[name] += 1
        return found

    def _step(self):
        for _ in range(10):
            self._machines.step(0.1)
        self._second += 1
        values = signals_of(self._machines, self._faults)
        ts = self._second * 1_000_000
        rows = []
        for group in self._groups:
            known = {signal.slot: float(values[signal.name][0]) for signal in group.signals if signal.name in values}
            numbers = [known.get(slot, 0.0) for slot in range(group.width)]
            qualities = [Quality.NOT_AVAILABLE if math.isnan(number) else Quality.OK for number in numbers]
            rows.append(Row(group.id, ts, [0.0 if math.isnan(number) else number for number in numbers], qualities))
        self._interpreter.take(rows, ts, None)


def test_without_faults_a_machine_works_and_moves_and_nothing_else_is_found(checked):
    found = Drive(checked).run(900)
    assert set(found) == {"travelling"}
    assert 10 < found["travelling"] < 300


@pytest.mark.parametrize(
    ("spn", "rule"),
    [(110, "coolant_overheat"), (100, "oil_pressure_while_running"), (168, "voltage_while_running")],
)
def test_each_fault_is_found_within_a_minute(checked, spn, rule):
    drive = Drive(checked)
    drive.run(120)
    fault = next(each for each in CATALOGUE if each.spn == spn)
    found = drive.run(60, fault)
    assert found[rule] > 0
    assert set(found) <= {rule, "travelling"}
