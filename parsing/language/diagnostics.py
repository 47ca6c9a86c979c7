"""What the compiler says about a text: code, where, why, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parsing.language.ast import Span
    from parsing.language.codes import DiagnosticCode


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that has to do with it, such as the first of two definitions."""

    file: str
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """`file` names the text; `subject` the item it is about (`coolant_overheat`), empty between items. `why` stands
    under the marked characters, `help` tells the next action; both may have several lines. Errors refuse publication.
    """

    code: DiagnosticCode
    file: str
    span: Span
    subject: str
    why: str
    help: str
    related: tuple[Related, ...] = ()

    @property
    def is_error(self) -> bool:
        return self.code.value.startswith("E")
