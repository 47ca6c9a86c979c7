"""Files that are made once and kept, as Python keeps its bytecode: compiled kernels, compiled definitions.

Each is found by its key, bytes that say all that it was made from. They stand in the file, so that another key of the
same name, or damage, is as if there were no file. Sources are known by size and time of change, as in Python itself.
"""

# ruff: noqa: PTH100, PTH103, PTH105, PTH108, PTH111, PTH112, PTH116, PTH118, PTH120, PTH123, PTH208 - pathlib takes longer to import than all that is done here
from __future__ import annotations

import os
import struct
import zlib
from contextlib import suppress

_HEAD = struct.Struct("<8sII")  # magic, bytes of the key, checksum of what follows
_MAGIC = b"ducokept"
_HERE = os.path.dirname(os.path.abspath(__file__))
_PACKAGE = os.path.dirname(_HERE)

BESIDE_SOURCES = os.path.join(_HERE, "__pycache__")


def user_cache() -> str:
    """The directory for what is not kept beside the sources."""
    return os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "duco")


def load(prefix: str, key: bytes, directories: list[str]) -> bytes | None:
    """What is kept under that key in the first of the directories that has it; None where none has."""
    for directory in directories:
        try:
            with open(_path(directory, prefix, key), "rb") as file:
                kept = file.read()
            magic, size, checksum = _HEAD.unpack_from(kept)
        except (OSError, struct.error):
            continue
        end = _HEAD.size + size
        if magic == _MAGIC and kept[_HEAD.size : end] == key and zlib.crc32(kept[_HEAD.size :]) == checksum:
            return kept[end:]
    return None


def keep(prefix: str, key: bytes, content: bytes, directories: list[str], most: int) -> None:
    """Keep it in the first of the directories that takes it, and there at most so many files of the prefix, the newest.

    Whole or not at all: several processes may do so at once.
    """
    head = _HEAD.pack(_MAGIC, len(key), zlib.crc32(content, zlib.crc32(key)))
    for directory in directories:
        path = _path(directory, prefix, key)
        passing = f"{path}.{os.getpid()}"
        try:
            os.makedirs(directory, exist_ok=True)
            with open(passing, "wb") as file:
                file.write(head + key + content)
            os.replace(passing, path)
        except OSError:
            with suppress(OSError):
                os.unlink(passing)
            continue
        _forget_oldest(directory, prefix, most)
        return


def stamps(*sources: str) -> bytes:
    """Changes with the sources, given as files or folders of `parsing`."""
    seen = []
    for source in sources:
        path = os.path.join(_PACKAGE, source)
        files = [os.path.join(path, each) for each in sorted(os.listdir(path))] if os.path.isdir(path) else [path]
        seen += [stamp(file) for file in files if file.endswith(".py")]
    return "\n".join(seen).encode()


def stamp(path: str) -> str:
    """Changes with the file."""
    stat = os.stat(path)
    return f"{path} {stat.st_size} {stat.st_mtime_ns}"


def _path(directory: str, prefix: str, key: bytes) -> str:
    return os.path.join(directory, f"{prefix}-{zlib.crc32(key):08x}.kept")


def _forget_oldest(directory: str, prefix: str, most: int) -> None:
    with suppress(OSError):
        kept = [entry for entry in os.scandir(directory) if entry.name.startswith(f"{prefix}-")]
        for entry in sorted(kept, key=lambda each: each.stat().st_mtime_ns)[:-most]:
            os.unlink(entry.path)
