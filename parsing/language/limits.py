"""What a text may hold. More is refused, not worked on."""

MOST_CHARACTERS = 4 * 1024 * 1024
MOST_ITEMS = 50_000
"""Of a document, and of any list in it."""

MOST_COMMENTS = 50_000
LONGEST_NAME = 200
LONGEST_TEXT = 10_000
LARGEST_WHOLE_NUMBER = 2**64 - 1
LONGEST_DURATION = 2**63 - 1
"""µs."""

DEEPEST_EXPRESSION = 50
"""Nodes in each other; an operator's left operand with the same operator counts as being beside it."""

TALLEST_EXPRESSION = 100
LARGEST_EXPRESSION = 2_000
"""Nodes."""

DEEPEST_MUX = 8
MOST_DIAGNOSTICS = 100
HIGHEST_STACK = 500
"""Symbols that wait on the parser's stack; what is allowed to be nested needs fewer."""

MOST_SKIPPED = 50_000
"""Tokens that are passed over in search of a place to go on after an error."""


class TooMuchError(Exception):
    """The text is not read further than to `span`."""

    def __init__(self, span: tuple[int, int], why: str, advice: str) -> None:
        super().__init__(why)
        self.span = span
        self.why = why
        self.advice = advice
