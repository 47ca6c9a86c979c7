"""The shape of an explanation, for the OpenAPI document."""

from rest_framework import serializers as s

from distribution.api.serializers import QUALITIES, SourceSerializer

KINDS = ("plain", "page", "derived", "object")
INPUT_KINDS = ("signal", "derived", "check", "event")
ROLES = ("frame", "announcement", "packet")
TRANSPORTS = ("single", "packets")
BYTE_ORDERS = ("little", "big")
TYPES = ("unsigned", "signed", "float")
_BITS = "The DBC's bit numbers, the most significant first."


class ExplainedValueSerializer(SourceSerializer):
    ts = s.DateTimeField()
    ts_us = s.IntegerField()
    value = s.FloatField(allow_null=True, help_text="null where it is no finite number, and of texts.")
    text = s.CharField(allow_null=True, help_text="Of signals that are texts.")
    label_text = s.CharField(help_text="What the release's enum calls it; or empty.")
    quality = s.ChoiceField(QUALITIES)
    reason = s.CharField(help_text="Why the quality is not ok, in words; or empty.")
    group = s.IntegerField()
    slot = s.IntegerField()
    ordinal = s.IntegerField()
    release = s.IntegerField()
    received = s.DateTimeField()

    def get_fields(self) -> dict[str, s.Field]:  # type: ignore[type-arg]
        return _with(super().get_fields(), "label_text", "label")


class ExplainedReleaseSerializer(s.Serializer[object]):
    number = s.IntegerField()
    note = s.CharField()
    published = s.DateTimeField()


class DefinitionLineSerializer(s.Serializer[object]):
    text = s.CharField(allow_null=True, help_text="null: lines are left out here.")
    marked = s.BooleanField(help_text="It is the signal's.")


class ExplainedDefinitionSerializer(s.Serializer[object]):
    kind = s.ChoiceField(KINDS)
    set = s.CharField()
    message = s.CharField()
    message_id = s.IntegerField()
    title = s.CharField()
    page = s.CharField()
    signal = s.CharField()
    unit = s.CharField()
    minimum = s.FloatField(allow_null=True)
    maximum = s.FloatField(allow_null=True)
    comment = s.CharField()
    lines = DefinitionLineSerializer(many=True)


class MultiplexorSerializer(s.Serializer[object]):
    name = s.CharField()
    raw = s.IntegerField(allow_null=True)
    label_text = s.CharField()
    ranges = s.ListField(child=s.ListField(child=s.IntegerField()), help_text="Raw numbers of the page, [low, high].")
    bits = s.ListField(child=s.IntegerField(), help_text=_BITS)

    def get_fields(self) -> dict[str, s.Field]:  # type: ignore[type-arg]
        return _with(super().get_fields(), "label_text", "label")


class ExplainedFrameSerializer(s.Serializer[object]):
    ts = s.DateTimeField()
    ts_us = s.IntegerField()
    bus = s.IntegerField()
    id = s.CharField()
    pgn = s.IntegerField(allow_null=True)
    data_hex = s.CharField()
    partition = s.IntegerField()
    offset = s.IntegerField()
    index = s.IntegerField()
    role = s.ChoiceField(ROLES)
    number = s.IntegerField(help_text="Of a packet, from 1.")
    used = s.BooleanField(help_text="Bits of the signal are in it.")

    def get_fields(self) -> dict[str, s.Field]:  # type: ignore[type-arg]
        return _with(super().get_fields(), "data_hex", "data")


class BitsSerializer(s.Serializer[object]):
    payload = s.CharField(help_text="In hex; of all packets together.")
    length = s.IntegerField(help_text="Bytes that the definition says.")
    transport = s.ChoiceField(TRANSPORTS)
    bits = s.ListField(child=s.IntegerField(), help_text=_BITS)
    raw_bits = s.CharField(allow_null=True, help_text="As a whole number in hex; null: the payload ends before it.")
    raw = s.FloatField(allow_null=True, help_text="value = raw × scale + offset.")  # noqa: RUF001
    scale = s.FloatField()
    offset = s.FloatField()
    byte_order = s.ChoiceField(BYTE_ORDERS)
    type = s.ChoiceField(TYPES)
    multiplexors = MultiplexorSerializer(many=True, help_text="From the outermost on.")
    frames = ExplainedFrameSerializer(many=True)


class ExplainedObjectSerializer(s.Serializer[object]):
    number = s.IntegerField(help_text="Its place in the envelope, from 0.")
    path = s.CharField()
    raw = s.JSONField(help_text="What stands at the path.")
    scale = s.FloatField()
    offset = s.FloatField()
    document = s.CharField(help_text="The object as JSON.")
    cut = s.BooleanField(help_text="There is more of it.")


class RuleInputSerializer(s.Serializer[object]):
    name = s.CharField()
    kind = s.ChoiceField(INPUT_KINDS)
    unit = s.CharField()
    value = s.FloatField(allow_null=True)
    quality = s.ChoiceField(QUALITIES, help_text="As the rule read it: stale where it was too old.")
    ts = s.DateTimeField(allow_null=True, help_text="null: it never came.")
    ts_us = s.IntegerField(allow_null=True)
    group = s.IntegerField(allow_null=True, help_text="null: it is not stored.")
    slot = s.IntegerField(allow_null=True)
    source = s.IntegerField(allow_null=True)  # type: ignore[assignment]
    ordinal = s.IntegerField(allow_null=True)
    rerun = s.BooleanField(help_text="false: as it is stored, since the stream could not be run again.")


class RulePartSerializer(s.Serializer[object]):
    text = s.CharField()
    value = s.FloatField(allow_null=True)
    quality = s.ChoiceField(QUALITIES)
    depth = s.IntegerField(help_text="How deep it stands in the rule; 0 = all of it.")


class RuleRunSerializer(s.Serializer[object]):
    text = s.CharField(help_text="The expression, with the conversions of units that were put in.")
    inputs = RuleInputSerializer(many=True)
    parts = RulePartSerializer(many=True)
    since = s.DateTimeField(allow_null=True, help_text="From when on the stream was run again for them.")


class AgainSerializer(s.Serializer[object]):
    value = s.FloatField(allow_null=True)
    text = s.CharField(allow_null=True)
    quality = s.ChoiceField(QUALITIES)
    agrees = s.BooleanField(help_text="With what is stored.")


class HubSerializer(s.Serializer[object]):
    entity = s.CharField()
    partition = s.IntegerField(allow_null=True)
    offset = s.IntegerField(allow_null=True)


class ExplainedEnvelopeSerializer(s.Serializer[object]):
    topic = s.CharField()
    partition = s.IntegerField()
    offset = s.IntegerField()
    hub = HubSerializer()
    message_id = s.CharField()
    device = s.CharField()
    kind = s.CharField()
    frames = s.IntegerField(help_text="Or objects.")
    first_ts = s.DateTimeField(allow_null=True)
    last_ts = s.DateTimeField(allow_null=True)
    received = s.DateTimeField()
    enqueued = s.DateTimeField(allow_null=True)
    size = s.IntegerField(allow_null=True, help_text="Of the body as it was sent, in bytes.")
    content_type = s.CharField(allow_null=True)
    content_encoding = s.CharField(allow_null=True)
    realtime = s.BooleanField(allow_null=True)
    stored = s.BooleanField(help_text="false: the raw store does not have it any more.")


class GapSerializer(s.Serializer[object]):
    code = s.CharField()
    detail = s.CharField()


class ExplanationSerializer(s.Serializer[object]):
    machine = s.IntegerField()
    machine_name = s.CharField()
    value = ExplainedValueSerializer()
    release = ExplainedReleaseSerializer(allow_null=True)
    definition = ExplainedDefinitionSerializer(allow_null=True)
    bits = BitsSerializer(allow_null=True, help_text="Of signals of messages.")
    object = ExplainedObjectSerializer(allow_null=True, help_text="Of signals of objects.")
    rule = RuleRunSerializer(allow_null=True, help_text="Of derived signals.")
    again = AgainSerializer(allow_null=True, help_text="What the release makes of the same envelope now.")
    envelope = ExplainedEnvelopeSerializer(allow_null=True)
    gaps = GapSerializer(many=True, help_text="What could not be told, and why.")


def _with(fields: dict[str, s.Field], own: str, key: str) -> dict[str, s.Field]:  # type: ignore[type-arg]
    """Keys that are taken by DRF's own attributes."""
    return {key if name == own else name: field for name, field in fields.items()}
