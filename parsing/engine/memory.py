"""Memory for the kernels that no array library has to give."""

from __future__ import annotations

import ctypes
from typing import Literal

_ALIGNMENT = 64
"""Bytes of a cache line, and of a 512-bit register."""

_BYTE = ctypes.c_char
_SIZES = {"I": 4, "Q": 8, "q": 8}
Kind = Literal["I", "Q", "q"]


class Memory:
    """`size` bytes of zeros from the address `at` on, which is 64-byte aligned; `view` is a memoryview of them.

    They are taken from the system when they are first touched, so that what is not used costs nothing.
    """

    __slots__ = ("at", "size", "view")

    def __init__(self, size: int) -> None:
        buffer = bytearray(size + _ALIGNMENT)
        begin = ctypes.addressof(_BYTE.from_buffer(buffer))
        start = -begin % _ALIGNMENT
        self.at = begin + start
        self.size = size
        self.view = memoryview(buffer)[start : start + size]

    @classmethod
    def of(cls, content: bytes | memoryview) -> Memory:
        """With this in it."""
        memory = cls(len(content))
        memory.view[:] = content
        return memory

    @classmethod
    def of_numbers(cls, kind: Kind, numbers: list[int]) -> Memory:
        """With numbers `I` (u32), `Q` (u64) or `q` (i64) in it."""
        memory = cls(len(numbers) * _SIZES[kind])
        view = memory.view.cast(kind)
        for place, number in enumerate(numbers):
            view[place] = number
        return memory

    def numbers(self, kind: Kind, count: int, start: int = 0) -> list[int]:
        """So many numbers, from the byte `start` on."""
        return self.view[start : start + count * _SIZES[kind]].cast(kind).tolist()

    def fill(self, byte: int, size: int) -> None:
        """The first `size` bytes with that one."""
        ctypes.memset(self.at, byte, size)


def roomy(memory: Memory, size: int) -> Memory:
    """The same memory where it has that many bytes, else new one, with some to spare and nothing in it."""
    return memory if memory.size >= size else Memory(size + size // 4)
