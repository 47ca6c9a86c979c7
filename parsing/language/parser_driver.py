"""Runs the table over the tokens, and decides what to do where they do not fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, dropwhile

from parsing.language import limits
from parsing.language.ast import Document
from parsing.language.building import Builder
from parsing.language.codes import DiagnosticCode
from parsing.language.lexing import RESERVED, Token, Tokens
from parsing.language.parser_expecting import advice, complaint
from parsing.language.parser_mistakes import repair
from parsing.language.parser_recovery import ITEMS, MEMBERS, Recovery, begins_line
from parsing.language.parser_stack import Stack
from parsing.language.parser_table import END, Reduction, table
from parsing.language.parser_trouble import Repair, Trouble
from parsing.uncollected import uncollected

_READINGS = {"NAME": "name", "STRING": "string", "BRACKETS": "unit_of", "PAYLOAD": "data"}
"""Tokens that the builder makes something of at once, and how."""


class Driver:
    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.stack = Stack()
        self._tokens = Tokens(text)
        self.builder = Builder(file, self._tokens.comments, self.stack.subject)
        self._calls = [one and getattr(self.builder, one.method, None) for one in table().reductions]
        self._readings = [getattr(self.builder, _READINGS.get(symbol, ""), None) for symbol in table().symbols]
        self._previous = Token("", "", 0, 0)
        self._recovery = Recovery(self.stack, text, self._read_one)

    def run(self) -> Document:
        with uncollected():
            try:
                self._read_all()
            except limits.TooMuchError as refusal:
                self.builder.report(DiagnosticCode.TOO_MUCH_TEXT, refusal.span, refusal.why, refusal.advice)
        items = self.stack.values[0] if self.stack.values else []
        return items if isinstance(items, Document) else self.builder.start(0, len(self.text), items)

    def _read_all(self) -> None:
        tokens = iter(self._tokens)
        token = self._read(tokens)
        while token is not None and not self.builder.is_full:
            tokens = chain(self._handle(token, tokens), tokens)
            token = self._read(tokens)

    def _read(self, tokens: Iterable[Token]) -> Token | None:
        """Read on; return the first token that cannot stand where it stands, None at the end."""
        states, values, starts = self.stack.states, self.stack.values, self.stack.starts
        rows, readings, reduce = table().rows, self._readings, self._reduce
        for token in tokens:
            kind, text, start, end = token
            action = rows[states[-1]].get(kind)
            while not isinstance(action, int):
                if isinstance(action, dict):
                    states[-1] = action[states[-2]]
                elif action is not None:
                    reduce(action, start)
                elif kind == "NAME" or not text.isidentifier() or self._is_reserved(token):
                    return token
                else:
                    kind = "NAME"  # a word of the language is a name where the language has no use for it
                action = rows[states[-1]].get(kind)
            reading = readings[action]
            values.append(reading(text, start, end) if reading else text)
            states.append(action)
            starts.append(start)
            self._previous = token
            if len(states) > limits.HIGHEST_STACK:
                why = "brackets, signs or braces stand too deep in each other, and the rest is not read"
                raise limits.TooMuchError((start, end), why, "look for one that is not closed")
        return None

    def _read_one(self, token: Token) -> None:
        self._read((token,))

    def _is_reserved(self, token: Token) -> bool:
        """Whether a word of the language cannot be a name here."""
        kind, _, start, _ = token
        if kind in ITEMS:
            return start == 0 or self.text[start - 1] == "\n"
        return kind in RESERVED or (kind in MEMBERS and begins_line(self.text, start))

    def _reduce(self, reduction: Reduction, start: int) -> None:
        """Put together what stands on the stack; `start` is that of the token that comes next."""
        number, size, _, pick, count, successors = reduction
        states, values, starts = self.stack.states, self.stack.values, self.stack.starts
        begin = starts[-size] if size else start
        call = self._calls[number]
        if count == 1:
            value = pick(values)
            value = call(begin, self._previous.end, value) if call else value
        else:
            value = call(begin, self._previous.end, *pick(values))  # type: ignore[misc]
        if size:
            del states[-size:], values[-size:], starts[-size:]
        values.append(value)
        starts.append(begin)
        states.append(successors[states[-1]])

    def _handle(self, token: Token, tokens: Iterator[Token]) -> Iterable[Token]:
        """Say what is wrong with the token; return what is to be read instead."""
        trouble = Trouble(self.stack, self.text, self._previous, token)
        found = repair(trouble)
        if found is None:
            why, help_ = complaint(trouble), advice(trouble)
            found = Repair(DiagnosticCode.UNEXPECTED, why, help_, span=trouble.place, gives_up=True)
        span = found.span or (token.start, token.end)
        self.builder.damaged = span[0]
        subject = "" if self.stack.is_between_items else self.stack.subject()
        self.builder.report_of(subject, found.code, span, found.why, found.advice, *found.related)
        self.stack.cut(len(self.stack.states) - found.forget)
        if found.gives_up or not self.stack.accepts(*(one.kind for one in found.instead)):
            self._recovery.skip(chain((token,), tokens))
            return ()
        return chain(found.instead, dropwhile(lambda one: one.start < found.skip_to and one.kind != END, tokens))
