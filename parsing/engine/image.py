"""Kernels' object code as it lies in memory: laid out, its references filled in, ready to be called.

What a linker does, for the little that is needed of it: an object that calls nothing outside of itself, of x86-64 and
ELF, whose references are all relative to where they stand ("System V ABI, AMD64 supplement", 4.4). So a process that
only runs kernels needs no LLVM, which takes longer to load than most logs to decode. Where the object is another, LLVM
links it (`kernels`).
"""

from __future__ import annotations

import ctypes
import mmap
import struct
from typing import NamedTuple

_ELF64_LITTLE = b"\x7fELF\x02\x01"
_X86_64 = 62
_HEADER = struct.Struct("<16xHH20xQ10xHH")  # type, machine, where the section headers are, their size, their number
_SECTION = struct.Struct("<4xIQ8xQQIIQ8x")  # type, flags, offset, size, link, info, alignment
_SYMBOL = struct.Struct("<IBxHQ8x")  # name, binding and type, section, value
_RELOCATION = struct.Struct("<QQq")
_SYMBOLS, _RELOCATIONS, _NOTHING = 2, 4, 8  # types of sections
_IN_MEMORY, _WRITABLE = 2, 1  # flags of sections
_GLOBAL = 1
_RELATIVE = (2, 4)  # R_X86_64_PC32 and PLT32, which is the same where nothing is shared
_WORD = struct.Struct("<i")


class NotSelfContained(ValueError):
    """The object is of another kind than is linked here."""


class _Section(NamedTuple):
    kind: int
    flags: int
    offset: int
    size: int
    link: int
    info: int
    alignment: int


class Image:
    """Code in memory; `addresses` are those of its functions, which can be called while the image is there."""

    def __init__(self, code: bytes) -> None:
        """Raises NotSelfContained, and OSError where the system allows no new code."""
        laid_out, places = _lay_out(code)
        self._memory = mmap.mmap(-1, len(laid_out))
        self._memory.write(laid_out)
        start = ctypes.addressof(ctypes.c_char.from_buffer(self._memory))
        process = ctypes.CDLL(None, use_errno=True)
        if process.mprotect(ctypes.c_void_p(start), ctypes.c_size_t(len(laid_out)), mmap.PROT_READ | mmap.PROT_EXEC):
            raise OSError(ctypes.get_errno(), "no memory can be made executable")
        self.addresses = {name: start + place for name, place in places.items()}


def _lay_out(code: bytes) -> tuple[bytearray, dict[str, int]]:
    """The bytes, and where in them each function begins."""
    if not code.startswith(_ELF64_LITTLE):
        msg = "not ELF of 64 bits"
        raise NotSelfContained(msg)
    _, machine, headers, size, count = _HEADER.unpack_from(code)
    if machine != _X86_64:
        msg = "not x86-64"
        raise NotSelfContained(msg)
    sections = [_Section(*_SECTION.unpack_from(code, headers + number * size)) for number in range(count)]
    laid_out, starts = bytearray(), dict[int, int]()
    for number, section in enumerate(sections):
        if section.flags & _IN_MEMORY:
            if section.flags & _WRITABLE or section.kind == _NOTHING:
                msg = "it has variables"
                raise NotSelfContained(msg)
            laid_out += bytes(-len(laid_out) % max(1, section.alignment))
            starts[number] = len(laid_out)
            laid_out += code[section.offset : section.offset + section.size]
    for section in sections:
        if section.kind == _RELOCATIONS and section.info in starts:
            _relocate(laid_out, code, section, sections[section.link], starts)
    table = next(section for section in sections if section.kind == _SYMBOLS)
    return laid_out, dict(_functions(code, table, sections[table.link].offset, starts))


def _relocate(laid_out: bytearray, code: bytes, section: _Section, symbols: _Section, starts: dict[int, int]) -> None:
    """Fill in a section's references."""
    for at in range(section.offset, section.offset + section.size, _RELOCATION.size):
        offset, info, addend = _RELOCATION.unpack_from(code, at)
        _, _, home, value = _SYMBOL.unpack_from(code, symbols.offset + (info >> 32) * _SYMBOL.size)
        if info & 0xFFFF_FFFF not in _RELATIVE or home not in starts:
            msg = "it refers to something outside of itself, or in another way than by distance"
            raise NotSelfContained(msg)
        place = starts[section.info] + offset
        _WORD.pack_into(laid_out, place, starts[home] + value + addend - place)


def _functions(code: bytes, table: _Section, names: int, starts: dict[int, int]) -> list[tuple[str, int]]:
    found = []
    for at in range(table.offset, table.offset + table.size, _SYMBOL.size):
        name, kind, home, value = _SYMBOL.unpack_from(code, at)
        if kind >> 4 == _GLOBAL and home in starts:
            start = names + name
            found.append((code[start : code.index(0, start)].decode(), starts[home] + value))
    return found
