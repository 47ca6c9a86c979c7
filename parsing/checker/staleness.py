"""Rules over several messages, of which one may have gone silent long ago."""

from __future__ import annotations

from parsing.checker.environment import Environment
from parsing.checker.nearest import listed
from parsing.checker.symbols import RuleSymbol, SignalSymbol
from parsing.definitions import Signal
from parsing.language import ast
from parsing.language.codes import DiagnosticCode


def hint_never_stale(symbol: RuleSymbol, env: Environment) -> None:
    """Where signals of several messages are read and the last value of some counts for ever."""
    if isinstance(symbol.node, ast.Derived) and symbol.node.hold is not None:
        return
    read = [each for each in env.reads.symbols if isinstance(each, SignalSymbol) and each.input is not None]
    owners = {each.owner: each for each in read}
    lasting = [name for name, each in owners.items() if each.input is not None and each.input.timeout is None]
    messages = [name for name in lasting if isinstance(owners[name].record, Signal)]
    is_derived = isinstance(symbol.node, ast.Derived)
    if len(owners) == 1 or not (messages or (lasting and is_derived)):
        return
    why = f"it reads {listed(list(owners))}; without a timeout the last value of {listed(lasting)} counts for ever"
    helps = [f"write `timeout 1s` in {messages[0]}"] if messages else []
    helps += ["write `hold 2s` behind this one"] if is_derived else []
    env.report(DiagnosticCode.NEVER_STALE, symbol.place.span, why, ", or ".join(helps))
