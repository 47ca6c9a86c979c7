"""Address claims: NAMEs and who has which address."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from parsing.j1939 import AddressClaim, NameFields
from parsing.j1939.names import MOST_NAMES, Names, read_name

WIDTHS = (21, 11, 3, 5, 8, 1, 7, 4, 3, 1)


@given(st.tuples(*(st.integers(0, 2**width - 1) for width in WIDTHS)))
def test_the_fields_of_a_name(values: tuple[int, ...]) -> None:
    name = start = 0
    for value, width in zip(values, WIDTHS, strict=True):
        name |= value << start
        start += width

    assert read_name(name) == NameFields(*values[:5], *values[6:])


def test_a_name_as_it_is_on_the_bus() -> None:
    name = int.from_bytes(bytes.fromhex("39 30 60 7B 2A 81 84 B5"), "little")

    assert AddressClaim(0, 0, 0, 17, name).fields == NameFields(
        identity_number=12_345,
        manufacturer_code=987,
        ecu_instance=2,
        function_instance=5,
        function=129,
        vehicle_system=66,
        vehicle_system_instance=5,
        industry_group=3,
        arbitrary_address_capable=1,
    )


class Bus:
    def __init__(self) -> None:
        self.names, self.index = Names(), -1

    def claim(self, name: int, address: int, bus: int = 0) -> bool:
        """Whether it changes something."""
        self.index += 1
        found = self.names.hear(self.index, 1000 + self.index, bus, address, name)
        assert found in (None, AddressClaim(self.index, 1000 + self.index, bus, address, name))
        return found is not None


def test_only_changes_are_told() -> None:
    bus = Bus()

    assert bus.claim(7, 0x10)
    assert not bus.claim(7, 0x10)
    assert bus.claim(7, 0x11)
    assert bus.claim(8, 0x10)
    assert not bus.claim(7, 0x11)
    assert (bus.names.name_at(0, 0x10), bus.names.name_at(0, 0x11), bus.names.name_at(0, 0x12)) == (8, 7, None)


def test_who_loses_an_address_and_takes_it_back_is_told() -> None:
    bus = Bus()
    bus.claim(7, 0x10)

    assert bus.claim(8, 0x10)
    assert bus.names.name_at(0, 0x10) == 8
    assert bus.claim(7, 0x10)
    assert bus.claim(8, 0x11)


def test_who_cannot_claim_has_no_address_and_several_may_have_none() -> None:
    bus = Bus()
    bus.claim(7, 0x10)

    assert bus.claim(7, 254)
    assert bus.claim(8, 254)
    assert not bus.claim(7, 254)
    assert bus.names.name_at(0, 0x10) is None
    assert bus.names.name_at(0, 254) is None
    assert bus.claim(7, 0x10)


def test_buses_are_apart() -> None:
    bus = Bus()

    assert bus.claim(7, 0x10, bus=0)
    assert bus.claim(8, 0x10, bus=1)
    assert bus.claim(7, 0x10, bus=2)
    assert not bus.claim(7, 0x10, bus=0)


CLAIMS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from([0, 1, 2, 254]), st.integers(0, 1)), max_size=40)


@given(CLAIMS, st.integers(0, 40))
def test_kept_state_goes_on_as_if_it_had_not_been_kept(claims: list[tuple[int, int, int]], cut: int) -> None:
    whole, kept = Bus(), Bus()
    for number, claim in enumerate(claims):
        if number == cut:
            kept.names = Names.from_state(kept.names.to_state())
        assert whole.claim(*claim) == kept.claim(*claim)
    assert whole.names.to_state() == kept.names.to_state()


def test_names_are_bounded() -> None:
    bus = Bus()
    for name in range(MOST_NAMES):
        bus.claim(name, name % 250, name // 250)
    bus.claim(0, 0)

    assert bus.claim(MOST_NAMES, 200, 9)
    assert len(bus.names.to_state()) == MOST_NAMES
    assert bus.names.name_at(0, 1) is None
    assert not bus.claim(0, 0)
