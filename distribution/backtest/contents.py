"""Which contents to compare, and whose envelopes: all from the Meta API, as for every worker."""

from types import MappingProxyType, TracebackType
from typing import Self

import httpx

from distribution.meta import meta
from ingest.meta.catalogue import Catalogue
from ingest.meta.directory import MachineEntry, load_directory
from parsing.release import load_release


class UnknownContentError(Exception):
    """There is no such release, submission or machine; the text says which."""


class MetaContents:
    """Raises httpx.HTTPError where the Meta API does not answer."""

    def __init__(self) -> None:
        self._meta = meta()
        self._machines: dict[str, MachineEntry] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._meta.close()

    def live(self) -> Catalogue:
        return self._catalogue("channels/stable/release", "nothing is published")

    def release(self, number: int) -> Catalogue:
        return self._catalogue(f"releases/{number}", f"there is no release {number}")

    def submission(self, number: int) -> Catalogue:
        """What a submission froze, as the release that it would become."""
        return self._catalogue(f"submissions/{number}/artefact", f"there is no submission {number}")

    @property
    def machines(self) -> dict[str, MachineEntry]:
        """By device."""
        if self._machines is None:
            self._machines = load_directory(self._body("fleet/directory", "there is no fleet directory"))
        return self._machines

    def _catalogue(self, path: str, lacking: str) -> Catalogue:
        return Catalogue(load_release(self._body(path, lacking)), MappingProxyType(self.machines))

    def _body(self, path: str, lacking: str) -> bytes:
        response = self._meta.get(f"/meta/v1/{path}")
        if response.status_code == httpx.codes.NOT_FOUND:
            raise UnknownContentError(lacking)
        response.raise_for_status()
        return response.content
