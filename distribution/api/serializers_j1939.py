"""The shapes of what was heard of J1939, for the OpenAPI document."""

from rest_framework import serializers as s

from distribution.api.j1939 import LAMP_FLASHES, LAMP_STATUSES, STATES
from distribution.api.serializers import RecordSerializer, SourceSerializer, StampedSerializer


class LampSerializer(s.Serializer[object]):
    status = s.ChoiceField(LAMP_STATUSES)
    flash = s.ChoiceField(LAMP_FLASHES, help_text="none: it does not flash.")


class LampsSerializer(s.Serializer[object]):
    protect = LampSerializer()
    amber_warning = LampSerializer()
    red_stop = LampSerializer()
    malfunction = LampSerializer()


class TroubleCodeSerializer(s.Serializer[object]):
    spn = s.IntegerField()
    fmi = s.IntegerField()
    oc = s.IntegerField(help_text="How often it occurred, as its sender counts; 127 = not known.")
    cm = s.IntegerField(help_text="Conversion method: 1 = the SPN may be laid out by an older version.")


class DtcSerializer(TroubleCodeSerializer, SourceSerializer, StampedSerializer):
    state = s.ChoiceField(STATES)
    began = s.DateTimeField(help_text="Of this occurrence.")
    began_us = s.IntegerField()
    first_seen = s.DateTimeField(help_text="Of the code ever.")
    last_seen = s.DateTimeField()
    ended = s.DateTimeField(allow_null=True, help_text="null where it is active, or not known when.")
    occurrence = s.IntegerField(help_text="From 1; 0 = known as previously active only.")
    count = s.IntegerField(help_text="Messages that listed it in this occurrence.")
    lamps = LampsSerializer()
    text = s.CharField(help_text="The device's own, where it reported the code itself.")


class DtcListSerializer(RecordSerializer, SourceSerializer):
    dm = s.IntegerField(help_text="1 = active codes, 2 = previously active ones.")
    ordinal = s.IntegerField()
    transport = s.ChoiceField(("single", "tp"), help_text="In one frame or in several packets.")
    lamps = LampsSerializer()
    dtcs = TroubleCodeSerializer(many=True)
    data_hex = s.CharField()

    def get_fields(self) -> dict[str, s.Field]:  # type: ignore[type-arg]
        return _with_data(super().get_fields())


class TransportMessageSerializer(RecordSerializer, SourceSerializer):
    pgn = s.IntegerField()
    ordinal = s.IntegerField()
    length = s.IntegerField(help_text="In bytes.")
    data_hex = s.CharField()

    def get_fields(self) -> dict[str, s.Field]:  # type: ignore[type-arg]
        return _with_data(super().get_fields())


class SourceNameSerializer(RecordSerializer):
    bus = s.IntegerField()
    source_address = s.IntegerField(help_text="254: it could claim none.")
    ordinal = s.IntegerField()
    name = s.CharField(help_text="The NAME, 16 hex digits, the highest first.")
    identity_number = s.IntegerField()
    manufacturer_code = s.IntegerField()
    ecu_instance = s.IntegerField()
    function_instance = s.IntegerField()
    function = s.IntegerField()
    vehicle_system = s.IntegerField()
    vehicle_system_instance = s.IntegerField()
    industry_group = s.IntegerField()
    arbitrary_address_capable = s.IntegerField()


class BusFaultSerializer(StampedSerializer):
    bus = s.IntegerField()
    source_address = s.IntegerField()
    destination_address = s.IntegerField()
    pgn = s.IntegerField()
    reason = s.CharField()
    count = s.IntegerField(help_text="So far.")
    first_ts = s.DateTimeField()
    last_ts = s.DateTimeField()


def _with_data(fields: dict[str, s.Field]) -> dict[str, s.Field]:  # type: ignore[type-arg]
    """The key `data` is taken by DRF's own attribute."""
    return {"data" if name == "data_hex" else name: field for name, field in fields.items()}
