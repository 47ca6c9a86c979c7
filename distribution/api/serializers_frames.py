"""The shape of recorded frames, for the OpenAPI document."""

from rest_framework import serializers as s

TYPES = ("data", "remote", "error")


class FrameSerializer(s.Serializer[object]):
    ts = s.DateTimeField()
    ts_us = s.IntegerField()
    bus = s.IntegerField()
    type = s.ChoiceField(TYPES, help_text="Remote and error frames are counted and give no values.")
    id = s.CharField(help_text="As in candump: 8 hex digits are a 29-bit id, 3 an 11-bit id.")
    data_hex = s.CharField(help_text="The payload, in hex; up to 64 bytes of CAN FD.")
    partition = s.IntegerField(help_text="With `offset`: where its envelope stands in the topic `raw`.")
    offset = s.IntegerField()
    index = s.IntegerField(help_text="Its place in its envelope, from 0.")

    def get_fields(self) -> dict[str, s.Field]:  # type: ignore[type-arg]
        """The key `data` is taken by DRF's own attribute."""
        return {"data" if name == "data_hex" else name: field for name, field in super().get_fields().items()}


class FramesSerializer(s.Serializer[object]):
    frames = FrameSerializer(many=True)
    missing = s.IntegerField(
        help_text="Envelopes of the time whose frames the raw store does not have: forgotten, or not yet there."
    )
    next = s.CharField(allow_null=True, help_text="Cursor of the next page.")
