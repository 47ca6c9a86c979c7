"""Secrets of one local system: made once, kept in a file that only its owner reads."""

import json
import os
import secrets
from dataclasses import asdict, dataclass, fields
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Credentials:
    """Random texts, 64 URL-safe characters each; the cluster id is 22."""

    secret_key: str
    meta_api_token: str
    postgres_password: str
    redis_password: str
    clickhouse_password: str
    kafka_cluster_id: str


def load_or_create(path: Path) -> Credentials:
    """The file's secrets; those that it lacks are made and added.

    Raises ValueError where the file is not a table of texts: its passwords open existing data, so it is never replaced.
    """
    kept = _read(path) if path.exists() else {}
    names = [field.name for field in fields(Credentials)]
    credentials = Credentials(**{name: kept.get(name) or _new(name) for name in names})
    if asdict(credentials) != kept:
        _write(path, asdict(credentials))
    path.chmod(0o600)
    return credentials


def _new(name: str) -> str:
    # Kafka wants its cluster id as 16 bytes in URL-safe base64, and none that begins with a dash.
    return "D" + secrets.token_urlsafe(16)[1:21] + "A" if name == "kafka_cluster_id" else secrets.token_urlsafe(48)


def _read(path: Path) -> dict[str, str]:
    try:
        kept = json.loads(path.read_text())
    except ValueError as error:
        raise ValueError(f"{path} is not JSON ({error}); restore it, or delete it together with its data.") from error
    if not isinstance(kept, dict) or not all(isinstance(value, str) for value in kept.values()):
        raise ValueError(f"{path} does not hold texts by name; restore it, or delete it together with its data.")
    return kept


def _write(path: Path, values: dict[str, str]) -> None:
    # A new file beside it, then a rename: a crash in between never leaves half a file where passwords were.
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(json.dumps(values, indent=2) + "\n")
    draft.replace(path)
