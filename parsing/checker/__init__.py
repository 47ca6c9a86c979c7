"""Texts become programs, or diagnostics that teach: names, units, types, ranges, layout, cost.

`check` is the way in; `functions.FUNCTIONS` is what the manual tells of functions.
"""

from parsing.checker.check import Checked, check
from parsing.checker.identities import Identities
from parsing.checker.sources import Source

__all__ = ["Checked", "Identities", "Source", "check"]
