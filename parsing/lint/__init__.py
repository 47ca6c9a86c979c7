"""What is said of texts, asked again and again while somebody types: only what an edit touches is looked at anew."""

from parsing.lint.linter import Linter
from parsing.lint.whole import Linted, lint_whole

__all__ = ["Linted", "Linter", "lint_whole"]
