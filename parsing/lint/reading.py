"""What can be read of a text, chunk by chunk: a chunk that was read before is not read again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import accumulate

from parsing.language import ast
from parsing.language.ast import Span
from parsing.language.diagnostics import Diagnostic
from parsing.language.parser import parse
from parsing.lint.chunks import Laid, chunks_of
from parsing.lint.facts import Facts, facts_of
from parsing.lint.memory import Memory

MOST_CHARACTERS_KEPT = 8_000_000
"""Of chunks of all texts. With what is known of them they take twelve times as many bytes."""

DIGEST = 16


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """`facts` None: it cannot be read by itself, or there is something to be said of how it is written."""

    text: str
    digest: bytes
    facts: Facts | None


class Reader:
    """Remembers chunks by what they say, whichever text they are of."""

    def __init__(self) -> None:
        self._known: Memory[str, Chunk] = Memory(MOST_CHARACTERS_KEPT)

    def chunks(self, text: str) -> list[Chunk]:
        texts = chunks_of(text)
        known = {each: self._known.get(each) for each in dict.fromkeys(texts)}
        new = {chunk.text: chunk for chunk in _read([each for each, chunk in known.items() if chunk is None])}
        for chunk in new.values():
            self._known.put(chunk.text, chunk, len(chunk.text))
        return [known[each] or new[each] for each in texts]


def _read(texts: Sequence[str]) -> list[Chunk]:
    """All at once where nothing is said of any."""
    if not texts:
        return []
    laid = Laid(texts)
    parsed = parse(laid.text)
    if parsed.diagnostics:
        return [_chunk(text, None) for text in texts] if len(texts) == 1 else [_read([text])[0] for text in texts]
    items: list[list[ast.Item]] = [[] for _ in texts]
    for item in parsed.document.items:
        items[laid.place(item.span.start)[0]].append(item)
    return [_chunk(text, facts_of(those)) for text, those in zip(texts, items, strict=True)]


def _chunk(text: str, facts: Facts | None) -> Chunk:
    return Chunk(text, blake2b(text.encode("utf-8", "surrogatepass"), digest_size=DIGEST).digest(), facts)


def unread_in(chunks: Sequence[Chunk], name: str) -> tuple[Diagnostic, ...]:
    """What parsing the whole text says, which is about chunks that cannot be read by themselves. Each of those is read
    together with what follows, up to a chunk with which the parser goes on in any case.
    """
    if all(chunk.facts is not None for chunk in chunks):
        return ()
    if any(chunk.facts is None and "/*" in chunk.text for chunk in chunks):
        return parse("".join(chunk.text for chunk in chunks), name).diagnostics
    numbers = list(_unread(chunks))
    laid = Laid([chunks[number].text for number in numbers])
    starts = [0, *accumulate(len(chunk.text) for chunk in chunks)]

    def moved(span: Span) -> Span:
        number, offset = laid.place(span.start)
        start = starts[numbers[number]] + offset
        last, offset = laid.place(max(span.start, span.end - 1))
        return Span(start, starts[numbers[last]] + offset + (span.end > span.start))

    return tuple(
        replace(one, span=moved(one.span), related=tuple(replace(each, span=moved(each.span)) for each in one.related))
        for one in parse(laid.text, name).diagnostics
    )


def _unread(chunks: Sequence[Chunk]) -> Iterator[int]:
    is_open = False
    for number, chunk in enumerate(chunks):
        if chunk.facts is None:
            is_open = True
            yield number
        elif is_open:
            # The parser takes `enum` for a part of a signal that is not closed.
            is_open = chunk.text.startswith("enum")
            yield number
