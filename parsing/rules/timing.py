"""How long rules wait for what comes late (docs/contracts/rules.md, "Time"). µs."""

from __future__ import annotations

LATENESS = 2_000_000

AHEAD = 300_000_000
"""How far ahead of its reception an event may be: more is a clock that runs wrong."""

MOST_WAITING = 131_072
"""Words of 8 bytes, of a machine: two a row, one each of its values, and one of up to eight qualities. A state is one
record in Kafka, so a machine that babbles must not make it larger without end.
"""

TIME_END = 2**32 * 1_000_000
"""Times are below it, as in `parsing.definitions`."""

AT_ONCE = 0
"""To be woken at the next instant, whichever it is."""

NOT_CARRIED = 0xFF
"""In place of a quality: a waiting row was put in the buffer by a release that did not read this signal."""
