"""Where a statement ends and its data begins: INSERT … FORMAT Native carries bytes behind the SQL."""

import re
from dataclasses import dataclass

# No INSERT of ours or of a client has a column list longer than this.
HEAD_BYTES = 256 * 1024

_TOKEN = re.compile(
    r"""
      (?P<skip>\s+|--[^\n]*|\#[^\n]*|/\*.*?\*/)
    | (?P<quoted>'(?:[^'\\]|\\.|'')*'|`(?:[^`\\]|\\.|``)*`|"(?:[^"\\]|\\.|"")*")
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<open>\()
    | (?P<close>\))
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_OTHER_INSERTS = {"values", "select", "with", "watch", "infile"}
_OUTPUT_FORMAT = re.compile(r"\bFORMAT\s+([A-Za-z]\w*)\s*(?:SETTINGS\b[^']*)?;?\s*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DataInsert:
    """An INSERT with data behind it.

    `target`: from INSERT to where FROM INFILE may stand; `clause`: what follows there (SETTINGS …); the input
    `format`; `data_at`: at which byte of the head the data begins.
    """

    target: str
    clause: str
    format: str
    data_at: int


def data_insert(head: bytes) -> DataInsert | None:
    """The head as an INSERT with data behind it; None for any other statement, VALUES and SELECT among them.

    head: the first HEAD_BYTES of statement and data. Only what stands before FORMAT need be text.
    """
    text = head.decode("latin-1")  # one character a byte: positions are byte positions
    depth, words, naming_format = 0, 0, False
    begin, settings_at = 0, None
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth -= 1
        elif kind == "word" and depth == 0:
            word = token.group().lower()
            if naming_format:
                split = begin if settings_at is None else settings_at
                target, clause = head[:split].decode(), head[split:begin].decode()
                return DataInsert(target, clause, token.group(), _data_begin(head, token.end()))
            words += 1
            if (words == 1 and word != "insert") or word in _OTHER_INSERTS:
                return None
            naming_format, begin = word == "format" and _in_clause(words), token.start()
            if word == "settings" and _in_clause(words) and settings_at is None:
                settings_at = begin
        elif kind != "skip":
            naming_format = False
    return None


def _in_clause(words: int) -> bool:
    """INSERT INTO and a table's name come first; a table may be called format."""
    return words >= 3  # noqa: PLR2004  (INSERT, INTO and FORMAT itself; a quoted name is no word)


def _data_begin(head: bytes, position: int) -> int:
    """Blanks and one line end belong to the statement; more would eat data: Native with ten columns begins as one."""
    while head[position : position + 1] in {b" ", b"\t", b"\f"}:
        position += 1
    if head[position : position + 1] == b"\r":
        position += 1
    if head[position : position + 1] == b"\n":
        position += 1
    return position


def output_format(sql: str) -> str | None:
    """The format that a query names at its end."""
    found = _OUTPUT_FORMAT.search(sql)
    return found.group(1) if found else None
