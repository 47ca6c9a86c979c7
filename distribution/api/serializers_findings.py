"""The shapes of what rules found, and of the snapshot that has those which are open, for the OpenAPI document."""

from rest_framework import serializers as s

from distribution.api.finding import KINDS, STATES
from distribution.api.serializers import QUALITIES, PositionSerializer, RecordSerializer, SnapshotValueSerializer
from distribution.snapshot.findings import SEVERITIES


class CapturedSerializer(s.Serializer[object]):
    name = s.CharField()
    value = s.FloatField(allow_null=True)
    quality = s.ChoiceField(QUALITIES)
    unit = s.CharField()


class FindingSerializer(RecordSerializer):
    machine = s.IntegerField()
    rule = s.IntegerField()
    index = s.IntegerField(help_text="Of findings of one rule and time.")
    kind = s.ChoiceField(KINDS)
    name = s.CharField(help_text="The rule's.")
    title = s.CharField(help_text="The rule's, for people; empty where it has none.")
    state = s.ChoiceField(STATES)
    severity = s.ChoiceField(SEVERITIES)
    text = s.CharField()
    since = s.DateTimeField(help_text="When the condition began to hold.")
    ended = s.DateTimeField(
        allow_null=True, help_text="Of a raised one: when the rule's next finding came. null: it is open."
    )
    capture = CapturedSerializer(many=True, help_text="Values at that time, of a raised one.")
    group_by = s.CharField()


class SnapshotSerializer(s.Serializer[object]):
    machine = s.IntegerField()
    values = SnapshotValueSerializer(many=True)
    position = PositionSerializer(allow_null=True)
    findings = FindingSerializer(many=True, help_text="Those that are open, newest first.")
