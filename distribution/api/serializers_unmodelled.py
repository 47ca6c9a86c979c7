"""The shapes of what is not modelled, for the OpenAPI document."""

from rest_framework import serializers as s

KINDS = ("frames", "enum_values", "json_fields")
TYPES = ("boolean", "bytes", "list", "number", "object", "text")
ENVELOPES = ("vehicle_dtc", "vehicle_event", "vehicle_log", "vehicle_position")


class RankedSerializer(s.Serializer[object]):
    count = s.IntegerField()
    machines = s.IntegerField(help_text="How many machines.")
    machine_numbers = s.ListField(child=s.IntegerField(), help_text="The first of them, those with the most first.")
    model_ids = s.ListField(child=s.IntegerField(), help_text="Models of all of them.")
    first_seen = s.DateTimeField()
    last_seen = s.DateTimeField()


class UnknownIdSerializer(s.Serializer[object]):
    id = s.CharField(help_text="As in candump: 8 hex digits are a 29-bit id, 3 an 11-bit id.")
    count = s.IntegerField()


class UnknownFramesSerializer(RankedSerializer):
    bus = s.IntegerField()
    extended = s.BooleanField(help_text="29-bit ids, those of one PGN together.")
    pgn = s.IntegerField(allow_null=True)
    priorities = s.ListField(child=s.IntegerField(), help_text="Of 29-bit ids.")
    source_addresses = s.ListField(child=s.IntegerField(), help_text="Of 29-bit ids.")
    ids = UnknownIdSerializer(many=True, help_text="Those with the most frames.")
    page = s.IntegerField(allow_null=True, help_text="Raw bits of a known message's multiplexor; null = unknown id.")


class UnknownEnumValueSerializer(RankedSerializer):
    set = s.CharField()
    set_id = s.IntegerField()
    message = s.CharField()
    message_id = s.IntegerField(allow_null=True, help_text="null: of a definition of objects.")
    signal = s.CharField()
    group = s.IntegerField()
    slot = s.IntegerField()
    enum = s.CharField()
    enum_id = s.IntegerField()
    value = s.IntegerField()


class UnknownFieldSerializer(RankedSerializer):
    kind = s.ChoiceField(ENVELOPES, help_text="Of the envelopes.")
    field = s.CharField(help_text="`a`, or `a.b` of an object in it.")
    path = s.ListField(child=s.CharField(), help_text="The same as keys, which may have dots in them.")
    types = s.ListField(child=s.ChoiceField(TYPES))
    example = s.CharField(allow_blank=True, help_text="A value as JSON, of bounded length.")
    definition = s.CharField(allow_null=True, help_text="What reads the rest of them; null: what is shipped.")
    definition_id = s.IntegerField(allow_null=True)
    set_id = s.IntegerField(allow_null=True)


class LookedAtSerializer(s.Serializer[object]):
    envelopes = s.IntegerField()
    of = s.IntegerField(help_text="Envelopes that were chosen: of each machine and kind the newest.")
    complete = s.BooleanField(help_text="false: there are more fields than are kept.")


class UnmodelledListSerializer(s.Serializer[object]):
    kind = s.ChoiceField(KINDS)
    to = s.DateTimeField()
    total = s.IntegerField(help_text="How many there are, where the list is shorter.")
    frames = UnknownFramesSerializer(many=True, required=False)
    enum_values = UnknownEnumValueSerializer(many=True, required=False)
    json_fields = UnknownFieldSerializer(many=True, required=False)
    looked_at = LookedAtSerializer(required=False, help_text="Of json_fields.")

    def get_fields(self) -> dict[str, s.Field]:  # type: ignore[type-arg]
        return {"from": s.DateTimeField(), **super().get_fields()}


class ByteActivitySerializer(s.Serializer[object]):
    seen = s.IntegerField(help_text="Frames that are long enough to have it.")
    minimum = s.IntegerField()
    maximum = s.IntegerField()
    distinct = s.IntegerField()
    ones = s.ListField(child=s.IntegerField(), help_text="By bit, from bit 0: in how many frames it is 1.")
    flips = s.ListField(child=s.IntegerField(), help_text="By bit: how often it differs from the frame before.")


class CounterBitsSerializer(s.Serializer[object]):
    start = s.IntegerField(help_text="Little-endian start bit.")
    length = s.IntegerField()
    step = s.IntegerField()


class LengthSerializer(s.Serializer[object]):
    length = s.IntegerField()
    frames = s.IntegerField()


class SenderSerializer(s.Serializer[object]):
    machine = s.IntegerField()
    bus = s.IntegerField()
    count = s.IntegerField()
    first_seen = s.DateTimeField()
    last_seen = s.DateTimeField()


class ExampleSerializer(s.Serializer[object]):
    ts = s.DateTimeField()
    ts_us = s.IntegerField()
    data_hex = s.CharField()

    def get_fields(self) -> dict[str, s.Field]:  # type: ignore[type-arg]
        """The key `data` is taken by DRF's own attribute."""
        return {"data" if name == "data_hex" else name: field for name, field in super().get_fields().items()}


class ActivitySerializer(s.Serializer[object]):
    id = s.CharField()
    page = s.IntegerField(allow_null=True)
    senders = SenderSerializer(many=True, help_text="Machines that send it, those with the most frames first.")
    machine = s.IntegerField(allow_null=True, help_text="Whose frames these are; null: nobody sends the id.")
    bus = s.IntegerField(allow_null=True)
    frames = s.IntegerField(help_text="How many were looked at.")
    complete = s.BooleanField(help_text="Whether these are all that are recorded of the time.")
    missing = s.IntegerField(help_text="Envelopes of the time that the raw store does not have.")
    first = s.DateTimeField(allow_null=True)
    last = s.DateTimeField(allow_null=True)
    cycle_us = s.IntegerField(allow_null=True, help_text="Median time between two frames.")
    lengths = LengthSerializer(many=True)
    bytes = ByteActivitySerializer(many=True)
    counters = CounterBitsSerializer(many=True, help_text="Bits that probably count frames.")
    examples = ExampleSerializer(many=True, help_text="The newest frames.")
