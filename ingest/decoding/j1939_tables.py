"""What J1939 listeners heard, as rows of the parsed tables (docs/contracts/rows.md)."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from ingest.decoding.outcome import Decoded, Told, ToldOccurrence
from parsing.j1939 import AddressClaim, Diagnostic, Reassembled

Row = dict[str, Any]
_RELEASE_SHIFT = 32


def j1939_rows(decoded: Decoded) -> Iterator[tuple[str, list[Row]]]:
    """Table and rows, of each table that this batch has anything for."""
    heard = decoded.heard
    tables = {
        "dtc": [_stamp(decoded, each.envelope) | _dtc(each, decoded.release) for each in heard.occurrences],
        "dtc_list": [_told(decoded, each) | _dtc_list(each.what) for each in heard.lists],
        "transport_message": [_told(decoded, each) | _transport_message(each.what) for each in heard.messages],
        "source_name": [_told(decoded, each) | _source_name(each.what) for each in heard.claims],
    }
    return ((name, rows) for name, rows in tables.items() if rows)


def _stamp(decoded: Decoded, envelope: int) -> Row:
    of = decoded.envelopes[envelope]
    return {"machine": of.machine, "release": decoded.release, "received": of.record.received}


def _told(decoded: Decoded, each: Told[Reassembled | Diagnostic | AddressClaim]) -> Row:
    return _stamp(decoded, each.envelope) | {"ts": each.what.ts, "ordinal": each.ordinal}


def _dtc(each: ToldOccurrence, release: int) -> Row:
    one = each.occurrence
    return {
        "source": one.source, "spn": one.spn, "fmi": one.fmi, "ts": one.began, "occurrence": one.occurrence,
        "active": int(one.active), "first_seen": one.first_seen, "last_seen": one.last_seen,
        "ended": one.ended or None, "count": one.count, "oc": one.oc, "cm": one.cm, "lamps": one.lamps,
        "text": each.text, "version": release << _RELEASE_SHIFT | one.update,
    }  # fmt: skip


def _dtc_list(each: Diagnostic) -> Row:
    dtcs = each.said.dtcs
    return {
        "source": each.source, "dm": each.said.dm, "transport": each.transport, "lamps": each.said.lamps.raw,
        "spn": [dtc.spn for dtc in dtcs], "fmi": [dtc.fmi for dtc in dtcs], "oc": [dtc.oc for dtc in dtcs],
        "cm": [dtc.cm for dtc in dtcs], "data": each.payload,
    }  # fmt: skip


def _transport_message(each: Reassembled) -> Row:
    return {"source": each.source, "pgn": each.pgn, "length": len(each.payload), "data": each.payload}


def _source_name(each: AddressClaim) -> Row:
    return {"bus": each.bus, "source_address": each.source_address, "name": each.name} | asdict(each.fields)
