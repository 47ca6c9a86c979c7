"""Releases carry rules and objects under the CMS's own numbers, and nothing that is wrong with them is published."""

import json
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from duco_cms.definitions.artefact import artefact
from duco_cms.definitions.content import build_content
from duco_cms.definitions.models import DefinitionSet, ObjectDefinition, Release, Rule, Sample
from duco_cms.definitions.publishing import PublishRefusedError, draft, publish
from duco_cms.definitions.stored import stored_sets
from duco_cms.definitions.texts import apply_text
from parsing.release import load_release
from tests.cms.test_texts import TEXT, applied


def test_the_release_has_rules_and_objects_under_their_numbers(db):
    applied(TEXT)
    release = load_release(artefact(publish(None, "rules")))
    rows = {row.name: row for row in Rule.objects.all()}
    compiled = {rule.name: rule for rule in release.content.rules}
    hidden = compiled.pop("speed after speed_is_sane")
    assert set(compiled) == {"running", "above_idle", "speed_is_sane", "coolant_overheat"}
    assert all(rule.id == rows[name].pk for name, rule in compiled.items())
    assert compiled["running"].output.group == rows["running"].group
    assert rows["speed_is_sane"].replacements == {"speed": hidden.id}
    (gnss,) = release.content.objects
    row = ObjectDefinition.objects.get()
    assert (gnss.id, gnss.group) == (row.pk, row.group)
    assert [suspicion.reason for suspicion in gnss.judgement.suspicions] == ["null_island"]
    assert release.groups[row.group].kind == "object"


def test_numbers_stay_from_release_to_release(db):
    applied(TEXT)
    first = load_release(artefact(publish(None, "first"))).content
    applied(TEXT.replace("105 [degC]", "104 [degC]"))
    second = load_release(artefact(publish(None, "second"))).content
    assert {rule.name: rule.id for rule in first.rules} == {rule.name: rule.id for rule in second.rules}
    # it should let rules that did not change go on with their memory
    changed = {old.name for old, new in zip(first.rules, second.rules, strict=True) if old.hash != new.hash}
    assert changed == {"coolant_overheat"}


def test_a_draft_says_what_changes_and_takes_no_number(db):
    applied(TEXT)
    assert ("added", "derived signal", "running") in {(one.kind, one.what, one.name) for one in draft().changes}
    assert Rule.objects.get(name="speed_is_sane").replacements == {}
    publish(None, "first")
    assert draft().changes == []
    applied(TEXT.replace("105 [degC]", "104 [degC]").replace("for 10s", "for 20s").replace('"idle"', '"idling"'))
    with pytest.raises(PublishRefusedError) as refusal:
        publish(None, "the sequence waits for ten seconds")
    assert [one.code for one in refusal.value.diagnostics if one.severity == "error"] == ["E124"]
    applied(TEXT.replace("105 [degC]", "104 [degC]"))
    (change,) = draft().changes
    assert (change.kind, change.what, change.name) == ("changed", "event", "coolant_overheat")
    assert change.detail.startswith("logic: ")


def test_rules_that_broke_refuse_publication_with_the_place(db):
    applied(TEXT)
    Rule.objects.filter(name="hot").update(retired=True)
    with pytest.raises(PublishRefusedError) as refusal:
        publish(None, "broken")
    (error,) = [one for one in refusal.value.diagnostics if one.severity == "error"]
    assert (error.code, error.where) == ("E022", "demo / coolant_overheat")
    assert "raise when coolant > hot for 10s" in error.shown
    assert "demo:" in error.shown
    assert not Release.objects.exists()


def test_failing_samples_and_sequences_refuse_publication(db):
    for wrong in (TEXT.replace("499.375", "500"), TEXT.replace("is raised", "is cleared")):
        applied(wrong)
        with pytest.raises(PublishRefusedError) as refusal:
            publish(None, "unproven")
        assert "E124" in {one.code for one in refusal.value.diagnostics}
    assert not Release.objects.exists()


def test_what_is_retired_is_in_no_release(db):
    applied(TEXT)
    ObjectDefinition.objects.update(retired=True)
    Rule.objects.filter(name="above_idle").update(retired=True)
    content = json.loads(publish(None, "less").content)
    assert content["objects"] == []
    assert "above_idle" not in {rule["name"] for rule in content["rules"]}


def test_without_rules_a_release_is_what_the_rows_say(engine_message):
    assert json.loads(publish(None, "messages").content) == said_by_rows()
    # it should not matter to messages whether there are rules
    apply_text("rules", "derived half : f64 [rpm] = EngineSpeed / 2\n")
    content = json.loads(publish(None, "rules").content)
    assert content["sets"] == said_by_rows()["sets"]
    assert len(content["rules"]) == 1


def said_by_rows():
    return build_content(stored_sets(DefinitionSet.objects.all()))


def test_a_draft_reads_the_rows_of_all_sets_at_once(db, django_assert_num_queries):
    applied(TEXT)
    with CaptureQueriesContext(connection) as of_one:
        assert draft().errors == []
    applied("message M on can 0x123 { length 1 signal other : u8 at byte 1 }\n", "records")
    applied("derived half : f64 = other / 2\n", "rules")
    with django_assert_num_queries(len(of_one)):
        assert draft().errors == []


def test_what_a_sample_alone_says_is_judged_too(engine_message):
    Sample.objects.create(
        definition_set=engine_message.definition_set,
        title="odd",
        text='golden "odd" for EEC1 {\n    bytes x"FF"\n    expect { EngineSpeed = 1 [rpm] }\n}\n',
    )
    assert [one.code for one in draft().errors] == ["E124"]


def test_ten_thousand_signals_and_a_thousand_rules_are_judged_in_seconds(db):
    lines = []
    for message in range(500):
        lines.append(f"message M{message} on can 0x18{message:06X} {{ length 40 timeout 1s")
        lines += [f"signal s{message}_{n} : u16 at bit {16 * n} scale 0.1 [bar] range 0..450" for n in range(20)]
        lines.append("}")
    lines += [f"derived d{n} : f64 [bar] = (s{n % 500}_1 + s{n % 500}_2) / 2 hold 2s" for n in range(1000)]
    applied("\n".join(lines))
    start = time.process_time()
    judged = draft()
    took = time.process_time() - start
    assert judged.errors == []
    assert len([one for one in judged.changes if one.what == "derived signal"]) == 1000
    assert took < 5
