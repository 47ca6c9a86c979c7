"""Why a body cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsing.codes import Code
from parsing.objects.paths import written

if TYPE_CHECKING:
    from parsing.objects.records import ObjectSignal


class ObjectFault(Exception):
    """Unwinds the reading of one body, which is rejected whole; `detail` begins with the place."""

    def __init__(self, code: Code, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class FieldFault(Exception):
    """The same of one object, which does not know where in the body it stands; `name` is empty for itself."""

    def __init__(self, code: Code, name: str, what: str) -> None:
        super().__init__(f"{name} {what}")
        self._code = code
        self._name = name
        self._what = what

    def at(self, where: str) -> ObjectFault:
        name = place(where, self._name) if self._name else where or "body"
        return ObjectFault(self._code, f"{name} {self._what}")


def wrong(signal: ObjectSignal, what: str) -> FieldFault:
    return FieldFault(Code.INVALID_FIELD, written(signal.path), what)


def place(where: str, name: str) -> str:
    return f"{where}{'.' if where else ''}{name[:100]}"
