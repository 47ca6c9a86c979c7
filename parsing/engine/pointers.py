"""Addresses as arrays, inside kernels."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import carray, from_dtype, njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from parsing.compiler import tables
from parsing.engine.layout import UNBOUNDED
from parsing.rules import layout as rule_records


def _array_of(kind: Any) -> Any:
    """A function from an address u64 to an array of `kind` without end."""
    pointer_type = types.CPointer(kind)

    @intrinsic
    def pointer(_typing: Any, _address: Any) -> Any:
        def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], context.get_value_type(pointer_type))

        return pointer_type(types.uint64), generate

    @njit(inline="always")
    def array(address: Any) -> Any:
        return carray(pointer(address), UNBOUNDED)

    return array


@intrinsic
def prefetch(_typing: Any, _address: Any) -> Any:
    """Have the cache line at an address u64 fetched, without waiting for it; the address may be any."""

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        number, line = ir.IntType(32), builder.inttoptr(arguments[0], ir.IntType(8).as_pointer())
        kind = ir.FunctionType(ir.VoidType(), [line.type, number, number, number])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(function, [line, number(0), number(3), number(1)])
        return context.get_dummy_value()

    return types.void(types.uint64), generate


u8, u16, u32, u64 = (_array_of(kind) for kind in (types.uint8, types.uint16, types.uint32, types.uint64))
i64, f64 = _array_of(types.int64), _array_of(types.float64)
groups, signals, pages = (_array_of(from_dtype(kind)) for kind in (tables.GROUP, tables.SIGNAL, tables.PAGE))
simple_messages = _array_of(from_dtype(tables.SIMPLE))
multiplexors, intervals = _array_of(from_dtype(tables.MULTIPLEXOR)), _array_of(from_dtype(tables.INTERVAL))
rules, instructions, rule_groups, entry_rows, waiting_rows, derived_rows, finding_rows = (
    _array_of(from_dtype(kind))
    for kind in (
        rule_records.RULE, rule_records.INSTRUCTION, rule_records.GROUP, rule_records.ENTRY, rule_records.WAITING,
        rule_records.ROW, rule_records.FINDING,
    )
)  # fmt: skip
