"""Where reading stands in a file's text, and how it goes on after what is not as it should be."""

from __future__ import annotations

from dataclasses import dataclass, field

from parsing.dbc.findings import FindingCode, Findings
from parsing.dbc.grammar import BODY, END, NEXT, REST_OF_LINE
from parsing.dbc.statements import MessageStatement, Statements, Use

EXCERPT_CHARACTERS = 60


@dataclass(slots=True)
class Cursor:
    """`start` and `line` are those of the statement that is being read; `message` is the last one begun."""

    text: str
    findings: Findings
    statements: Statements = field(default_factory=Statements)
    start: int = 0
    line: int = 1
    message: MessageStatement | None = None
    message_unreadable: bool = False

    def move(self, position: int) -> None:
        """Begin a statement there."""
        self.line += self.text.count("\n", self.start, position)
        self.start = position

    def note(self, code: FindingCode, text: str, message: str | None = None) -> None:
        """A finding of the statement that is being read."""
        self.findings.add(self.line, code, message, text)

    def end(self, position: int, last_text: str = "") -> int | None:
        """The end of a statement whose parts end at `position`; None if something else follows them.

        `last_text` is the text that ends there: one that goes over several lines, with statements in them and no
        semicolon after it, has swallowed those.
        """
        found = END.match(self.text, position)
        if found is None:
            return None
        if found.lastindex is None:
            if "\n" in last_text and NEXT.search(last_text):
                return None
            self.note(FindingCode.MISSING_SEMICOLON, "read as if its semicolon were there")
        self.statements.read += 1
        return found.end()

    def resume(self, position: int) -> int:
        """Where the next line begins that is a statement."""
        found = NEXT.search(self.text, position)
        return found.start() if found else len(self.text)

    def leave_out(self, position: int, code: FindingCode = FindingCode.UNREADABLE) -> int:
        """Go on after a statement that cannot be read and the lines that belong to it."""
        excerpt = self.excerpt()
        after = self.resume(position)
        more = self.text[self.start : after].strip().count("\n")
        lines = f" with the {more:,} lines after it" if more > 1 else " with the line after it" if more else ""
        self.note(code, f"left out{lines}: {excerpt}")
        return after

    def excerpt(self) -> str:
        """The beginning of the statement's line."""
        end = min(REST_OF_LINE.match(self.text, self.start).end(), self.start + EXCERPT_CHARACTERS + 1)  # type: ignore[union-attr]  # it matches anything
        text = " ".join(self.text[self.start : end].split())
        return text if len(text) <= EXCERPT_CHARACTERS else f"{text[:EXCERPT_CHARACTERS]}…"

    def skip(self, position: int) -> int:
        """Go on after a statement that is read no closer."""
        body = BODY.match(self.text, position)
        end = END.match(self.text, body.end() if body else position)
        self.statements.read += 1
        return end.end() if end else self.resume(body.end() if body else position)

    def use(self, kind: str, count: int = 1) -> None:
        """Count something of which nothing is kept."""
        unkept = self.statements.unkept
        before = unkept.get(kind)
        unkept[kind] = Use(before.line, before.count + count) if before else Use(self.line, count)
