"""What changes between two texts: only what differs as a text is compared as a tree."""

from __future__ import annotations

from collections import Counter

from parsing.language.diff import Change, diff_documents
from parsing.language.parser import parse
from parsing.lint.chunks import Laid, chunks_of


def changes_between(old: str, new: str) -> list[Change]:
    """As `diff_documents` says it of both, which can be read without errors; but of samples and tests with one title
    those that say the same are no change, wherever they stand.
    """
    before, after = chunks_of(old), chunks_of(new)
    parsed = [parse(Laid(_without(chunks, others)).text) for chunks, others in ((before, after), (after, before))]
    if any(each.diagnostics for each in parsed):
        # An item may go on in the next chunk.
        parsed = [parse(old), parse(new)]
    return diff_documents(parsed[0].document, parsed[1].document)


def _without(chunks: tuple[str, ...], others: tuple[str, ...]) -> list[str]:
    """Those that are not among the others, as often as they are there."""
    left = Counter(others)
    found = []
    for chunk in chunks:
        if left[chunk]:
            left[chunk] -= 1
        else:
            found.append(chunk)
    return found
