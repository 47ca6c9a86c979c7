"""How much is tried: a little in every run of the suite, all of it with `HYPOTHESIS_PROFILE=thorough`."""

from __future__ import annotations

import os

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
EXAMPLES = 10_000 if THOROUGH else 250
"""Cases of definitions and frames, made by hypothesis."""

SEEDS = 20_000 if THOROUGH else 1500
"""Cases of definitions and frames, each from its number."""

EVERY = 1 if THOROUGH else 10
"""Of the frames of a recorded log, one in so many."""
