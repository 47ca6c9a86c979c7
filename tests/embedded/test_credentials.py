"""Secrets are made once, are nobody else's to read, and are never replaced by accident."""

import base64
import json
import stat
from dataclasses import asdict
from pathlib import Path

import pytest

from duco_cms.embedded.credentials import load_or_create


def test_secrets_are_private_long_and_different(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    values = asdict(load_or_create(path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(set(values.values())) == len(values)
    assert all(len(value) >= 50 for name, value in values.items() if name != "kafka_cluster_id")


def test_secrets_are_kept_and_a_loosened_file_is_closed_again(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    first = load_or_create(path)
    path.chmod(0o644)
    assert load_or_create(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_secret_that_a_newer_version_wants_is_added_beside_the_old(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    first = asdict(load_or_create(path))
    path.write_text(json.dumps({name: value for name, value in first.items() if name != "meta_api_token"}))
    second = asdict(load_or_create(path))
    assert second.pop("meta_api_token") != first.pop("meta_api_token")
    assert second == first


@pytest.mark.parametrize("content", ["{", "[]", '{"secret_key": 1}'])
def test_a_damaged_file_is_left_alone(tmp_path: Path, content: str) -> None:
    path = tmp_path / "secrets.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"secrets\.json .*; restore it, or delete it together with its data"):
        load_or_create(path)
    assert path.read_text() == content


def test_the_cluster_id_is_what_kafka_accepts(tmp_path: Path) -> None:
    cluster = load_or_create(tmp_path / "secrets.json").kafka_cluster_id
    assert len(base64.urlsafe_b64decode(cluster + "==")) == 16
    assert not cluster.startswith("-")
