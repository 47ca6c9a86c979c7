r"""The statements of the DBC format as regular expressions, one for each kind.

Every repetition is possessive or bounded by what follows it, so that matching takes linear time whatever the text is.
The only escape in a text is `\"`.
"""

from __future__ import annotations

import re

KEYWORDS = (
    "VERSION", "NS_", "NS_DESC_", "BS_", "BU_", "BO_", "SG_", "BO_TX_BU_", "CM_", "VAL_", "VAL_TABLE_", "SG_MUL_VAL_",
    "SIG_VALTYPE_", "SIG_GROUP_", "SIG_TYPE_REF_", "SGTYPE_", "SGTYPE_VAL_", "SIGTYPE_VALTYPE_", "BA_", "BA_DEF_",
    "BA_DEF_DEF_", "BA_REL_", "BA_DEF_REL_", "BA_DEF_DEF_REL_", "BA_SGTYPE_", "BA_DEF_SGTYPE_", "BU_SG_REL_",
    "BU_EV_REL_", "BU_BO_REL_", "EV_", "EV_DATA_", "ENVVAR_DATA_", "CAT_", "CAT_DEF_", "FILTER",
)  # fmt: skip

_KEYWORD = rf"(?:{'|'.join(KEYWORDS)})(?![A-Za-z0-9_])"
_NUMBER = r"[-+]?[0-9.]++(?:[eE][-+]?[0-9]++)?+"
_TEXT = r'(?:[^"\\]++|\\"?+)*+'
_LINE_TEXT = r'(?:[^"\\\n]++|\\"?+)*+'
_NAME = r'[^\s:;"]++'
_ID = r"[0-9]{1,19}+"
_COUNT = r"[0-9]{1,9}+"


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII | re.MULTILINE)


GAP = _compile(r"(?:[\s;]++|//[^\n]*+)*+")
WORD = _compile(r"[A-Za-z_][A-Za-z0-9_]*+")
NEXT = _compile(rf"^[ \t]*+(?={_KEYWORD})")
"""Where a line begins with a keyword: there reading goes on after what cannot be read."""

END = _compile(r"\s*+(;)|[ \t]*+(?=\n|\Z)")
"""Of a statement; without a semicolon at least its line ends."""

BODY = _compile(rf'(?:[^";\n]++|"{_LINE_TEXT}"|\n(?![ \t]*+{_KEYWORD}))*+')
"""All of a statement that is read no closer."""

SYMBOLS = _compile(r"[^\n]*+(?:\s*\n[ \t]*+[A-Z][A-Z0-9_]*+[ \t]*+(?=\n|\Z))*+")
"""The list of keywords after NS_: on its line, or each on a line of its own."""

REST_OF_LINE = _compile(r"[^\n]*+")
NODES = _compile(rf"\s*+:?([^\n]*+(?:\n[ \t]++(?!{_KEYWORD})[^\n]++)*+)")

MESSAGE = _compile(rf"\s*+({_ID})\s++({_NAME})\s*+:\s*+({_COUNT})[ \t]*+([^\s;]*+)")
"""id, name, bytes, transmitter"""

SIGNAL = _compile(
    rf"\s*+({_NAME})(?:\s++({_NAME}))?+\s*+:\s*+({_COUNT})\s*+\|\s*+({_COUNT})\s*+@\s*+([01])\s*+([-+])"
    rf"\s*+\(\s*+({_NUMBER})\s*+,\s*+({_NUMBER})\s*+\)"
    rf"\s*+(?:\[\s*+({_NUMBER})\s*+\|\s*+({_NUMBER})\s*+\])?+"
    rf'[ \t]*+(?:"({_LINE_TEXT})")?+[ \t]*+([^\n]*+)'
)
"""name, mark of multiplexing, start, bits, byte order, sign, scale, offset, minimum, maximum, unit, receivers"""

ANOTHER = _compile(r"(?<![A-Za-z0-9_])(?=(?:SG_|BO_)\s)")
"""A signal or message that begins on the line of another."""

MARK = _compile(r"(?:m([0-9]{1,18}))?+(M)?+")

SUBJECT = _compile(rf"\s*+(?:(?:SG_\s*+({_ID})\s++({_NAME}))|(?:BO_\s*+({_ID}))|(BU_|EV_)\s*+{_NAME})?+\s*+(?=(\")?)")
"""What a comment is about: id and name of a signal, or id of a message, or the kind of something else; and a quote."""

TEXT = _compile(rf'"({_TEXT})"')
LAST_QUOTE = _compile(r'"[ \t]*+;?+[ \t]*+(?=\n|\Z)')

VALUES = _compile(rf"\s*+({_ID})\s++({_NAME})\s*+")
PAIRS = _compile(rf'(?:\s*+{_NUMBER}\s*+"{_TEXT}")*+')
PAIR = _compile(rf'({_NUMBER})\s*+"({_TEXT})"')
NAMED = _compile(r"\s*+([A-Za-z_][A-Za-z0-9_]*+)")
TABLE_NAME = _compile(r"\s*+([A-Za-z_][A-Za-z0-9_]*+)\s*+;")

MULTIPLEXED = _compile(rf"\s*+({_ID})\s++({_NAME})\s++({_NAME})(?=\s)")
RANGE = _compile(r"([0-9]++)(?:\s*+-\s*+([0-9]++))?+")

VALUE_TYPE = _compile(rf"\s*+({_ID})\s++({_NAME})\s*+:?+\s*+([0-9]++)")

ATTRIBUTE = _compile(
    rf'\s*+"([^"\n]*+)"\s*+(?:(?:BO_\s*+({_ID}))|(?:SG_\s*+({_ID})\s++({_NAME}))|(BU_|EV_)\s*+{_NAME})?+'
    rf'\s*+(?:"({_TEXT})"|([^\s";]++))'
)
"""attribute's name, id of a message, id and name of a signal, kind of something else, text or number"""

ATTRIBUTE_DEFINITION = _compile(r'\s*+(?:(BU_|BO_|SG_|EV_)\s*+)?+"([^"\n]*+)"\s*+([A-Za-z]++)')
ATTRIBUTE_DEFAULT = _compile(rf'\s*+"([^"\n]*+)"\s*+(?:"({_TEXT})"|([^\s";]++))')
LABEL = _compile(rf'"({_LINE_TEXT})"')
