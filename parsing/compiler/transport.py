"""What of a content describes messages that the transport protocol of J1939-21 carries."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parsing.definitions import Content, Message

SINGLE_FRAME_BYTES = 8


def transport_content(content: Content) -> Content:
    """The content without the messages that fit into one frame, for decoding reassembled payloads.

    A definition of at most 8 bytes describes single frames. Where its PGN comes in several packets after all, its bytes
    are said to be others than they are, so it is not believed: its length must be mended first.
    """
    sets = tuple(
        replace(each, messages=tuple(message for message in each.messages if is_transported(message)))
        for each in content.sets
    )
    return replace(content, sets=sets)


def is_transported(message: Message) -> bool:
    """Whether the message may come in several packets."""
    return message.extended and message.length > SINGLE_FRAME_BYTES
