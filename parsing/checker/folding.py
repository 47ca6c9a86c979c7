"""Operations on constants are carried out at once, as the interpreter would."""

from __future__ import annotations

import math

from parsing.quality import Quality
from parsing.rules.arithmetic import operate
from parsing.rules.program import Constant, Expr, Op, Operation

_OF_QUALITY = {Op.AT_BEST_SUSPECT, Op.AS_ERROR}
"""Their result is not only a number."""


def operation(op: Op, *operands: Expr) -> Expr:
    """The operation, or the constant that it is. What is not finite stays an operation: it is an error when it runs."""
    constants = [(each.value, int(Quality.OK)) for each in operands if isinstance(each, Constant)]
    if len(constants) < len(operands) or op in _OF_QUALITY:
        return Operation(op, operands)
    value, quality = operate(op, constants)
    return Constant(value) if quality == Quality.OK and math.isfinite(value) else Operation(op, operands)
