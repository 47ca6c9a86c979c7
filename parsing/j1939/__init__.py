"""J1939 on the buses of a machine: messages of several packets, diagnostic trouble codes, and who has which address."""

from parsing.j1939.dtc import Dtc, DtcList, Lamp, Lamps
from parsing.j1939.identifiers import concerns, synthetic_id
from parsing.j1939.listener import Diagnostic, Heard, J1939Listener
from parsing.j1939.names import AddressClaim, NameFields
from parsing.j1939.occurrence import Occurrence
from parsing.j1939.payloads import frames_of
from parsing.j1939.records import Fault, Reason, Reassembled, UnknownState

__all__ = [
    "AddressClaim",
    "Diagnostic",
    "Dtc",
    "DtcList",
    "Fault",
    "Heard",
    "J1939Listener",
    "Lamp",
    "Lamps",
    "NameFields",
    "Occurrence",
    "Reason",
    "Reassembled",
    "UnknownState",
    "concerns",
    "frames_of",
    "synthetic_id",
]
