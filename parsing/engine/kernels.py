"""The compiled kernels, as C functions.

numba compiles them once for this machine's processor (`ahead`), and the object code is kept. A process that finds it
loads neither numba nor LLVM, which both take longer to import than most logs to decode (`image`). The functions release
the GIL, and take addresses (`address`) and numbers.
"""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING, NamedTuple

from parsing.engine import store
from parsing.engine.image import Image, NotSelfContained

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

_BYTE = ctypes.c_char
_SOURCES = (
    "engine",
    "compiler/tables.py",
    "can_id.py",
    "definitions.py",
    "quality.py",
    "source.py",
    "rules/haversine.py",
    "rules/layout.py",
    "rules/opcodes.py",
    "rules/program.py",
    "rules/timing.py",
)
_COMPILERS = ("numba", "llvmlite")
_MOST_KEPT = 4


class Signature(NamedTuple):
    """Where a kernel's source is, and its arguments: `u64`, `at` for an address, or a pointer to what its name says."""

    module: str
    name: str
    arguments: tuple[str, ...]


def _signature(module: str, name: str, arguments: str) -> Signature:
    return Signature(f"parsing.engine.{module}", name, tuple(arguments.split()))


SIGNATURES = (
    _signature("extraction", "extract", "u64 at at at at u64 at at at at at at"),
    _signature("candump", "scan", "at u64 u64 u64 u64 u64 u64 at at at at at at u64 at at u64 at at at at at at"),
    _signature("surveying", "survey", "u64 at at at at at at"),
    _signature("lengthening", "count_rows", "u64 u64 at at at at at"),
    _signature("lengthening", "lengthen", "u64 at at at at at at at u64 at at at at at at"),
    _signature("lengthening", "place", "u64 at at at at at at at at at at at at"),
    _signature("pages", "number_words", "u64 at at at at at at"),
    _signature("pages", "number_bits", "u64 u64 at at at at at u64 u64 at at u64 at"),
    _signature("pages", "pack_codes", "u64 at u64 at at"),
    _signature("pages", "write_decimals", "u64 at at at at"),
    _signature("values", "fill_sources", "u64 GROUP* u64* u64* u32* u8* u32* u32*"),
    _signature("counting", "count_unknown", "u64 u8* u32* u64 u32* i64* u32* u64 u64 i64* u64* u32* u32* u64*"),
    _signature("counting", "count_alike", "u64 u32* u32* u32* i64* u32* u64* u64 u64 u64*"),
    _signature("rule_rows", "arrange_rows", "u64 at at u64 at at at at at u64 at at"),
    _signature("rule_rows", "list_blocks", "u64 at at at u64 at at at at"),
    _signature("rule_rows", "list_tight", "u64 at at at at at"),
    _signature("rule_running", "run_rules", "at at at at at at at"),
    _signature("rule_rows", "split_rows", "u64 at at at at at at"),
    _signature("rule_keeping", "pack_waiting", "at at at at at"),
    _signature("rule_keeping", "keep_machines", "u64 at at u64 at at"),
    _signature("rule_keeping", "bring_back", "u64 at at u64 at at"),
)


def address(array: np.ndarray | bytearray | memoryview) -> int:
    """Where the array's data begins; the caller keeps the array alive and C-contiguous."""
    try:
        return ctypes.addressof(_BYTE.from_buffer(array))  # type: ignore[arg-type]
    except (TypeError, ValueError):  # read-only, or empty: five times slower
        return int(array.__array_interface__["data"][0])  # type: ignore[union-attr]


@cache
def kernel(name: str) -> Callable[..., None]:
    """The C function of that name; loads all kernels at the first call, and compiles them where nobody has yet."""
    signature = next(signature for signature in SIGNATURES if signature.name == name)
    # Addresses too are passed as void*, which ctypes converts twice as fast as u64.
    arguments = [ctypes.c_uint64 if argument == "u64" else ctypes.c_void_p for argument in signature.arguments]
    return ctypes.CFUNCTYPE(None, *arguments)(_address_of(name))


def are_compiled() -> bool:
    """Whether the kernels are kept; else the first call of `kernel` takes some seconds."""
    return _kept() is not None


@cache
def object_code() -> bytes:
    """The kernels' object code for this processor, compiled now where it is not kept yet."""
    code = _kept()
    if code is None:
        from parsing.engine.ahead import compile_kernels  # noqa: PLC0415 - imports numba

        code = compile_kernels()
        store.keep("kernels", _key(), code, _directories(), _MOST_KEPT)
    return code


@cache
def _kept() -> bytes | None:
    return store.load("kernels", _key(), _directories())


def _directories() -> list[str]:
    return [store.BESIDE_SOURCES, store.user_cache()]


def _key() -> bytes:
    """Changes with the sources, the compiler, and the processor."""
    return b"\0".join([store.stamps(*_SOURCES), _compilers(), _processor()])


def _address_of(name: str) -> int:
    image = _image()
    if image is not None:
        return image.addresses[name]
    from parsing.engine.ahead import link  # noqa: PLC0415 - imports LLVM

    return link(object_code(), name)


@cache
def _image() -> Image | None:
    """None where LLVM has to link the code."""
    try:
        return Image(object_code())
    except (NotSelfContained, OSError):
        return None


def _compilers() -> bytes:
    """Which ones are installed, without importing them."""
    found = [PathFinder.find_spec(name) for name in _COMPILERS]
    return "\n".join(store.stamp(spec.origin) for spec in found if spec and spec.origin).encode()


def _processor() -> bytes:
    """What tells processors apart that code is compiled for."""
    try:
        with open("/proc/cpuinfo", "rb") as file:  # noqa: PTH123 - as in `store`
            first = file.read(8192).split(b"\n\n", 1)[0]
    except OSError:
        import platform  # noqa: PLC0415 - slow, and needed on few systems

        return f"{sys.platform} {platform.machine()} {platform.processor()}".encode()
    kinds = (b"vendor_id", b"model", b"cpu family", b"flags", b"CPU ", b"Features")
    return b"\n".join(line for line in first.splitlines() if line.startswith(kinds))
