"""The websocket's protocol, version 1: its limits, its close codes and the shape of its messages.

Client: `{"subscribe": {"machine": N}}`, `{"unsubscribe": {"machine": N}}`.
Server, each with `type` and `seq` (counts from 1 over all messages of a socket):

| type | holds |
|---|---|
| `hello` | `version`, `limits` |
| `snapshot` | `machine`, `snapshot`: the body of the Data API's snapshot |
| `values` | `coalesced` and `lost` (since the last one), `machines`: [`machine`, `release`, `received` µs, \
`rows` [[group, source, ts µs, ordinal, values (null = no number), qualities], …], `position`, `events`, `findings`] |
| `lane` | `up`: whether live values can arrive at all |
| `refused` | `machine`, `code`, `detail`; the socket stays |
| `unsubscribed` | `machine` |
| `notice` | `notice`: `release` (`number`, `note`), `silent` (`machine`, `since`), `back` (`machine`) |
"""

from dataclasses import dataclass
from typing import Final

import orjson

from studio.sources import MACHINE_MAXIMUM

VERSION: Final = 1
SUBSCRIPTIONS: Final = 16
# Of one user, in one process of the server: more open pages than anybody looks at.
SOCKETS: Final = 32
UPDATES_PER_SECOND: Final = 10
MESSAGE_BYTES: Final = 1024
# A page sends one message for each machine it opens or leaves; more than this is a fault or an attack.
MESSAGES_PER_WINDOW: Final = 40
WINDOW_SECONDS: Final = 10.0
# A client that does not read for so long is given up; what waits for it is the latest values and no more.
SEND_SECONDS: Final = 5.0
RECHECK_SECONDS: Final = 60.0

CLOSE_TOO_LARGE: Final = 1009
CLOSE_FAULT: Final = 1011
CLOSE_TRY_LATER: Final = 1013
CLOSE_INVALID: Final = 4400
CLOSE_ANONYMOUS: Final = 4401
CLOSE_FORBIDDEN: Final = 4403
CLOSE_TOO_FAST: Final = 4429
CLOSE_TOO_MANY: Final = 4430


@dataclass(frozen=True, slots=True)
class Subscribe:
    machine: int


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    machine: int


def read_command(text: str) -> Subscribe | Unsubscribe | None:
    """The client's command; None where the text is none of the protocol's."""
    try:
        body = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(body, dict) or len(body) != 1:
        return None
    ((verb, argument),) = body.items()
    machine = argument.get("machine") if isinstance(argument, dict) else None
    if type(machine) is not int or not 0 < machine <= MACHINE_MAXIMUM:
        return None
    if verb == "subscribe":
        return Subscribe(machine)
    return Unsubscribe(machine) if verb == "unsubscribe" else None


def hello() -> dict[str, object]:
    return {
        "version": VERSION,
        "limits": {
            "subscriptions": SUBSCRIPTIONS,
            "updates_per_second": UPDATES_PER_SECOND,
            "message_bytes": MESSAGE_BYTES,
        },
    }
