"""What the route that tries frames takes and gives, for the OpenAPI document."""

from typing import Any

from rest_framework import serializers as s

from duco_cms.fleet.models import BUS_MAXIMUM
from parsing.definitions import TIME_END
from parsing.proof.pasted import MOST_CHARACTERS, MOST_FRAMES, GivenFrame, NotFramesError, given_frame, read_frames
from parsing.quality import Quality

HEX_CHARACTERS = 128
QUALITIES = [each.name.lower() for each in Quality]


class GivenFrameSerializer(s.Serializer[None]):
    """A frame without a time comes 10 ms behind the one before it."""

    ts = s.IntegerField(required=False, allow_null=True, default=None, min_value=0, max_value=TIME_END - 1)
    bus = s.IntegerField(default=0, min_value=0, max_value=BUS_MAXIMUM)
    id = s.CharField(help_text="As in candump: 8 hex digits are a 29-bit id, 3 an 11-bit id.", max_length=8)
    data_hex = s.CharField(allow_blank=True, max_length=HEX_CHARACTERS, help_text="The payload, in hex.")

    def get_fields(self) -> dict[str, s.Field]:  # type: ignore[type-arg]
        """The key `data` is taken by DRF's own attribute."""
        return {"data" if name == "data_hex" else name: field for name, field in super().get_fields().items()}


class TrySerializer(s.Serializer[None]):
    """`frames`, or `candump`: a text with a line for each. `machine`: the frames are decoded as one of its model would
    be, and rules know its attributes. `rules`: derived signals, checks and events too.
    """

    frames = GivenFrameSerializer(many=True, required=False, max_length=MOST_FRAMES)  # type: ignore[call-arg]  # a list's
    candump = s.CharField(required=False, max_length=MOST_CHARACTERS, trim_whitespace=False)
    machine = s.IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=2**31 - 1)
    rules = s.BooleanField(default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("frames" in attrs) == ("candump" in attrs):
            raise s.ValidationError("Send frames or candump, and one of them alone.")
        try:
            return {**attrs, "given": _given(attrs)}
        except NotFramesError as fault:
            raise s.ValidationError(str(fault)) from None


def _given(fields: dict[str, Any]) -> list[GivenFrame]:
    if "candump" in fields:
        return read_frames(fields["candump"])
    listed = [given_frame(each["ts"], each["bus"], each["id"], each["data"]) for each in fields["frames"]]
    if not listed:
        raise NotFramesError("Send at least one frame.")
    return listed


class ReadSerializer(s.Serializer[None]):
    """`value` null: there is none. `text`: what an enum calls it."""

    value = s.FloatField(allow_null=True)
    quality = s.ChoiceField(choices=QUALITIES)
    unit = s.CharField(allow_blank=True)
    text = s.CharField(allow_blank=True)


class BesideSerializer(s.Serializer[None]):
    """By the definitions as they stand, and by the live release; null: it gave none. `changed`: they differ."""

    draft = ReadSerializer(allow_null=True)
    live = ReadSerializer(allow_null=True)
    changed = s.BooleanField()


class TriedValueSerializer(BesideSerializer):
    group = s.IntegerField()
    slot = s.IntegerField()
    set = s.CharField()
    message = s.CharField()
    signal = s.CharField()
    start = s.IntegerField(help_text="The DBC's bit number.")
    length = s.IntegerField()
    byte_order = s.ChoiceField(choices=["little", "big"])


class OutcomeSerializer(s.Serializer[None]):
    """Why the frame gives values or none; `page`: the multiplexor's raw number that no case knows."""

    why = s.ChoiceField(choices=["decoded", "unknown_id", "unknown_page", "transport", "no_data"])
    message = s.CharField(allow_null=True)
    message_id = s.IntegerField(allow_null=True)
    page = s.IntegerField(allow_null=True)
    short = s.BooleanField(help_text="The frame ends before its message does.")


class TriedFrameSerializer(s.Serializer[None]):
    """In the order of time; `index` is its place among the frames that were sent. With a `payload`: the message of
    several packets that the frame ended.
    """

    index = s.IntegerField()
    ts = s.IntegerField()
    bus = s.IntegerField()
    id = s.CharField()
    data_hex = s.CharField(allow_blank=True)
    payload = s.CharField(allow_null=True)
    draft = OutcomeSerializer()
    live = OutcomeSerializer(allow_null=True)
    values = TriedValueSerializer(many=True)
    more_values = s.IntegerField()
    changed = s.BooleanField()

    def get_fields(self) -> dict[str, s.Field]:  # type: ignore[type-arg]
        """As of `GivenFrameSerializer`."""
        return {"data" if name == "data_hex" else name: field for name, field in super().get_fields().items()}


class TriedDerivedSerializer(BesideSerializer):
    ts = s.IntegerField()
    name = s.CharField()


class TriedFoundSerializer(s.Serializer[None]):
    since = s.IntegerField()
    severity = s.CharField(allow_null=True)
    captured = s.DictField(child=ReadSerializer())


class TriedFindingSerializer(s.Serializer[None]):
    ts = s.IntegerField()
    name = s.CharField()
    kind = s.CharField(help_text="check or event")
    state = s.CharField(help_text="raised or cleared")
    draft = TriedFoundSerializer(allow_null=True)
    live = TriedFoundSerializer(allow_null=True)
    changed = s.BooleanField()


class TriedSerializer(s.Serializer[None]):
    """Times in µs. `release`: the live one, null: nothing is live. `problems`: errors of rules, of which none was run
    then. `more_…`: how many are not told.
    """

    release = s.IntegerField(allow_null=True)
    sets = s.ListField(child=s.CharField())
    problems = s.ListField(child=s.CharField())
    frames = TriedFrameSerializer(many=True)
    more_values = s.IntegerField()
    derived = TriedDerivedSerializer(many=True)
    more_derived = s.IntegerField()
    findings = TriedFindingSerializer(many=True)
    more_findings = s.IntegerField()
