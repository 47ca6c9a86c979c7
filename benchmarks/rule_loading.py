"""Seconds from the rules in a release's bytes to rules that can run: `python -m benchmarks.rule_loading PATH`."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from pydantic import TypeAdapter

from parsing.engine.kernels import kernel
from parsing.engine.rule_engine import RuleEngine
from parsing.rules.compiled import CompiledRule, SignalSource
from parsing.rules.linking import link
from parsing.rules.verification import verify_all


def main() -> None:
    """Imports, and kernels that a worker loads once, are not counted."""
    rules_of = TypeAdapter(tuple[CompiledRule, ...])
    kernel("run_rules")
    text = json.dumps(json.loads(Path(sys.argv[1]).read_bytes())["content"]["rules"])
    started = time.perf_counter()
    rules = rules_of.validate_json(text, strict=True)
    faults = list(verify_all(rules))
    if faults:
        raise SystemExit(f"the rules are faulty: {faults[0]}")
    groups = {each.group for rule in rules for each in rule.inputs if isinstance(each, SignalSource)}
    RuleEngine(link(rules, groups))
    print(time.perf_counter() - started)


if __name__ == "__main__":
    main()
