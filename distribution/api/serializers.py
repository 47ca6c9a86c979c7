"""The shapes of answers, for the OpenAPI document."""

from rest_framework import serializers as s

from distribution.api.present import WORDS

QUALITIES = list(WORDS.values())
STORES = ("always", "on_change")
KINDS = ("message", "derived", "object")
# `source` and `fields` are attributes of DRF's own: its metaclass takes the former as a field all the same, the latter
# must come by get_fields.


class OpenFindingsSerializer(s.Serializer[object]):
    info = s.IntegerField()
    warning = s.IntegerField()
    error = s.IntegerField()
    critical = s.IntegerField()


class MachineSerializer(s.Serializer[object]):
    machine = s.IntegerField(help_text="The machine's number.")
    device = s.CharField(help_text="Its device id, as IoT Hub knows it.")
    name = s.CharField()
    model = s.CharField()
    model_id = s.IntegerField()
    organisation = s.CharField()
    last_contact = s.DateTimeField(allow_null=True, help_text="When it was last heard of (received time).")
    open_findings = OpenFindingsSerializer(help_text="How many findings are open, by severity.")


class SignalSerializer(s.Serializer[object]):
    name = s.CharField(help_text="message.signal")
    kind = s.ChoiceField(KINDS, help_text="Of what it is: a message, a rule that derives it, or an object.")
    message = s.CharField()
    signal = s.CharField()
    set = s.CharField()
    group = s.IntegerField()
    slot = s.IntegerField()
    unit = s.CharField()
    enum = s.DictField(child=s.CharField(), allow_null=True, help_text="Label by number.")
    spn = s.IntegerField(allow_null=True)
    minimum = s.FloatField(allow_null=True)
    maximum = s.FloatField(allow_null=True)
    comment = s.CharField()
    store = s.ChoiceField(STORES, help_text="on_change: a row only where value or quality differ from the one before.")


class SourceSerializer(s.Serializer[object]):
    source = s.IntegerField(help_text="bus << 16 | source address << 8 | destination address")  # type: ignore[assignment]
    bus = s.IntegerField()
    source_address = s.IntegerField()
    destination_address = s.IntegerField()


class ValueSerializer(s.Serializer[object]):
    ts = s.DateTimeField()
    ts_us = s.IntegerField()
    value = s.FloatField(allow_null=True, help_text="null where it is no finite number.")
    quality = s.ChoiceField(QUALITIES)
    source = s.IntegerField()  # type: ignore[assignment]
    group = s.IntegerField()
    slot = s.IntegerField()
    ordinal = s.IntegerField()
    release = s.IntegerField()


class BadSpanSerializer(s.Serializer[object]):
    quality = s.ChoiceField(QUALITIES)
    to = s.DateTimeField()

    def get_fields(self) -> dict[str, s.Field]:  # type: ignore[type-arg]
        return {"from": s.DateTimeField(), **super().get_fields()}


class BeforeSerializer(s.Serializer[object]):
    ts = s.DateTimeField()
    value = s.FloatField(allow_null=True)
    quality = s.ChoiceField(QUALITIES)


class SeriesSerializer(SourceSerializer):
    before = BeforeSerializer(
        allow_null=True,
        help_text="Of a signal stored on_change: its last value before `from`, which still holds there.",
    )
    points = s.ListField(child=s.ListField(), help_text="[time, value] pairs of good values.")
    bad = BadSpanSerializer(many=True, help_text="Where values were not ok.")


class HistorySerializer(s.Serializer[object]):
    machine = s.IntegerField()
    name = s.CharField()
    unit = s.CharField()
    signals = SignalSerializer(many=True, help_text="All that the name stands for; the rows are their union.")
    to = s.DateTimeField()
    series = SeriesSerializer(many=True, required=False, help_text="Without raw=1.")
    rows = ValueSerializer(many=True, required=False, help_text="With raw=1.")
    sources = SourceSerializer(many=True, required=False, help_text="With raw=1: the sources of the rows.")
    next = s.CharField(allow_null=True, required=False, help_text="With raw=1: cursor of the next page.")

    def get_fields(self) -> dict[str, s.Field]:  # type: ignore[type-arg]
        return {"from": s.DateTimeField(), **super().get_fields()}


class SnapshotValueSerializer(SourceSerializer):
    name = s.CharField()
    message = s.CharField()
    signal = s.CharField()
    unit = s.CharField()
    group = s.IntegerField()
    slot = s.IntegerField()
    value = s.FloatField(allow_null=True)
    quality = s.ChoiceField(QUALITIES)
    ts = s.DateTimeField()
    ts_us = s.IntegerField()
    ordinal = s.IntegerField()
    received = s.DateTimeField()
    age_seconds = s.FloatField(help_text="Since it was received.")
    release = s.IntegerField()


class StampedSerializer(s.Serializer[object]):
    release = s.IntegerField()
    received = s.DateTimeField()


class RecordSerializer(StampedSerializer):
    ts = s.DateTimeField()
    ts_us = s.IntegerField()


class PositionSerializer(RecordSerializer):
    ordinal = s.IntegerField()
    lat = s.FloatField(allow_null=True)
    lon = s.FloatField(allow_null=True)
    alt = s.FloatField(allow_null=True)
    speed = s.FloatField(allow_null=True)
    heading = s.FloatField(allow_null=True)
    hdop = s.FloatField(allow_null=True)
    satellites = s.IntegerField(allow_null=True)
    quality = s.ChoiceField(QUALITIES)
    reason = s.CharField()


class LogSerializer(RecordSerializer):
    message_id = s.CharField()
    index = s.IntegerField()
    level = s.CharField()
    severity = s.CharField()
    logger = s.CharField()
    message = s.CharField()
    fields_json = s.CharField()

    def get_fields(self) -> dict[str, s.Field]:  # type: ignore[type-arg]
        # The key `fields` is taken by DRF's own attribute.
        own = super().get_fields()
        return {"fields" if name == "fields_json" else name: field for name, field in own.items()}


class EventSerializer(RecordSerializer):
    message_id = s.CharField()
    index = s.IntegerField()
    name = s.CharField()
    state = s.CharField()
    severity = s.CharField()
    value = s.FloatField(allow_null=True)
    text = s.CharField()
    fields_json = s.CharField()

    def get_fields(self) -> dict[str, s.Field]:  # type: ignore[type-arg]
        own = super().get_fields()
        return {"fields" if name == "fields_json" else name: field for name, field in own.items()}


class UnmodelledSerializer(StampedSerializer):
    bus = s.IntegerField()
    can_id = s.IntegerField(help_text="Bit 31 set = 29-bit id.")
    page = s.IntegerField(help_text="-1 = the id itself is unknown.")
    count = s.IntegerField(help_text="So far.")
    first_ts = s.DateTimeField()
    last_ts = s.DateTimeField()
