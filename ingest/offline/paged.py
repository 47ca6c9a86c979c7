"""Which message a frame belongs to that has an unknown page: for a person who asks after the log has ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from parsing.can_id import EXTENDED_FLAG, pgn_of

if TYPE_CHECKING:
    from parsing.definitions import Content


class PagedMessage(NamedTuple):
    """A message with a multiplexor, and what its frames look like: on `bus` (None = every one), of `can_id` with
    SocketCAN's flag, or of `pgn` and, unless it is None, `source_address`.
    """

    name: str
    bus: int | None
    can_id: int | None
    pgn: int | None
    source_address: int | None


def paged_messages(content: Content) -> Iterator[PagedMessage]:
    """Of the one model, in the order of its bindings."""
    (model,) = content.models
    sets = {each.id: each for each in content.sets}
    for binding in model.sets:
        for message in sets[binding.set].messages:
            if not any(group.condition for group in message.groups):
                continue
            if message.match == "pgn":
                yield PagedMessage(message.name, binding.bus, None, message.pgn, message.source_address)
            else:
                can_id = message.can_id | (EXTENDED_FLAG if message.extended else 0)
                yield PagedMessage(message.name, binding.bus, can_id, None, None)


def name_of(messages: Sequence[PagedMessage], bus: int, can_id: int) -> str:
    """Of the one that wins such frames (`parsing.compiler.matching`), of which one is known to be among `messages`."""
    matching = [each for each in messages if each.bus in (None, bus) and _matches(each, can_id)]
    return min(matching, key=_rank).name


def _matches(message: PagedMessage, can_id: int) -> bool:
    if message.pgn is None:
        return message.can_id == can_id
    is_group = bool(can_id & EXTENDED_FLAG) and pgn_of(can_id & ~EXTENDED_FLAG) == message.pgn
    return is_group and message.source_address in (None, can_id & 0xFF)


def _rank(message: PagedMessage) -> tuple[bool, bool, bool]:
    return message.can_id is None, message.source_address is None, message.bus is None
