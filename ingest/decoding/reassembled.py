"""Rows of messages that came in several packets."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ingest.decoding.outcome import Block, BusFault, Decoded, Told
from ingest.meta.catalogue import Catalogue
from parsing.codes import Code
from parsing.engine import Extractor
from parsing.engine.layout import UNKNOWN_ID
from parsing.j1939 import Reassembled, frames_of
from parsing.ordinal import MOST_ROWS

UNKNOWN_PAGE = "unknown_page"
"""Reason of a fault: the message has a multiplexor whose value no page of its definition knows, and gives no rows."""


def extract_reassembled(decoded: Decoded, catalogue: Catalogue) -> None:
    """Add the rows of `decoded.heard.messages`, behind those of single frames."""
    by_model: dict[int, list[Told[Reassembled]]] = defaultdict(list)
    for told in decoded.heard.messages:
        by_model[catalogue.machines[decoded.envelopes[told.envelope].record.device].model].append(told)
    direct = list(decoded.blocks)
    for model, messages in by_model.items():
        _extract(decoded, messages, catalogue.transport_extractor(model), direct)


def _extract(
    decoded: Decoded, messages: Sequence[Told[Reassembled]], extractor: Extractor, direct: Sequence[Block]
) -> None:
    envelope = np.array([told.envelope for told in messages], np.uint32)
    source = np.array([told.what.source for told in messages], np.uint32)
    ts = np.array([told.what.ts for told in messages], np.int64)
    extraction = extractor.extract(frames_of([told.what for told in messages]))
    dropped: set[int] = set()
    for each in extraction.blocks:
        at = each.frame_index
        # The engine cannot know to whom a message went: the id of a PDU2 group does not say it.
        block = Block(
            each.group, envelope[at], source[at], ts[at], np.empty(len(at), np.uint8), each.values, each.qualities
        )
        ordinal = _ordinals([other for other in direct if other.group == each.group], block)
        fits = ordinal < MOST_ROWS
        decoded.blocks.append(replace(block, ordinal=ordinal.astype(np.uint8)).keep(fits))
        dropped.update(at[~fits].tolist())
    decoded.heard.faults += [_fault(messages[row], str(Code.REPEATED_TIME)) for row in sorted(dropped)]
    decoded.count_short(envelope[extraction.short_frame])
    # That no definition knows the message is no fault: it is in `transport_message`.
    unknown = extraction.unknown_frame[extraction.unknown_page != UNKNOWN_ID]
    decoded.heard.faults += [_fault(messages[row], UNKNOWN_PAGE) for row in unknown.tolist()]


def _ordinals(direct: Sequence[Block], block: Block) -> NDArray[np.int64]:
    """i64[rows]: how many rows alike come before each, those of single frames first."""
    alike: Counter[tuple[int, int, int]] = Counter()
    for other in direct:
        near = np.isin(other.ts, block.ts)
        alike.update(_keys(other.keep(near)))
    ordinals = np.empty(len(block.ts), np.int64)
    for row, key in enumerate(_keys(block)):
        ordinals[row] = alike[key]
        alike[key] += 1
    return ordinals


def _keys(block: Block) -> list[tuple[int, int, int]]:
    return list(zip(block.envelope.tolist(), block.source.tolist(), block.ts.tolist(), strict=True))


def _fault(told: Told[Reassembled], reason: str) -> BusFault:
    one = told.what
    return BusFault(told.envelope, one.bus, one.source_address, one.destination_address, one.pgn, reason, one.ts)
