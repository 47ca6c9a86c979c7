"""What needs each other, at whatever remove."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def circles(needed: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Numbers that need each other, in no order; each other one by itself, and those first that others need.

    `needed`: by number.
    """
    return _Search(needed).all()


class _Search:
    """Tarjan's, without recursion: a thousand rules may read each other in a row."""

    def __init__(self, needed: Sequence[Sequence[int]]) -> None:
        self._needed = needed
        self._found: dict[int, int] = {}
        self._lowest: dict[int, int] = {}
        self._open: list[int] = []
        self._is_open = bytearray(len(needed))

    def all(self) -> Iterator[list[int]]:
        for root, needed in enumerate(self._needed):
            if root in self._found:
                continue
            if not needed or list(needed) == [root]:
                self._found[root] = -1
                yield [root]
            else:
                yield from self._from(root)

    def _from(self, root: int) -> Iterator[list[int]]:
        path = [self._entered(root)]
        while path:
            number, waiting = path[-1]
            following = next(waiting, None)
            if following is None:
                path.pop()
                if path:
                    self._reaches(path[-1][0], self._lowest[number])
                if self._lowest[number] == self._found[number]:
                    yield self._closed(number)
            elif following not in self._found:
                path.append(self._entered(following))
            elif self._is_open[following]:
                self._reaches(number, self._found[following])

    def _entered(self, number: int) -> tuple[int, Iterator[int]]:
        self._found[number] = self._lowest[number] = len(self._found)
        self._open.append(number)
        self._is_open[number] = True
        return number, iter(self._needed[number])

    def _reaches(self, number: int, place: int) -> None:
        self._lowest[number] = min(self._lowest[number], place)

    def _closed(self, number: int) -> list[int]:
        circle: list[int] = []
        while not circle or circle[-1] != number:
            circle.append(self._open.pop())
            self._is_open[circle[-1]] = False
        return circle
