"""docs/settings.md is the table of duco_cms/environment.py, variable by variable."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from duco_cms.api.models import PREFIX
from duco_cms.environment import BASE_DIR, Environment, MissingSettings, read_environment

ROW = re.compile(r"^\| `([A-Z_]+)` \| (.+?) \| (.+?) \|$", re.MULTILINE)


def written_default(field: FieldInfo) -> str:
    default = field.default
    if default is PydanticUndefined:
        return "required"
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    if isinstance(default, Path):
        default = default.relative_to(BASE_DIR)
    if isinstance(default, bool):
        default = int(default)
    return f"`{default}`" if default != "" else "empty"


def test_every_variable_is_documented_with_its_default_and_meaning():
    written = [
        (name, (default, text)) for name, default, text in ROW.findall((BASE_DIR / "docs/settings.md").read_text())
    ]
    in_code = {
        name.upper(): (written_default(field), field.description) for name, field in Environment.model_fields.items()
    }
    assert dict(written) == in_code
    assert len(written) == len(in_code)


def test_defaults_are_what_the_table_says_they_are():
    assert written_default(Environment.model_fields["database_url"]) == "required"
    assert written_default(Environment.model_fields["kafka_partitions"]) == "`4`"
    assert written_default(Environment.model_fields["duco_https"]) == "`1`"


def test_what_is_missing_or_wrong_is_named(monkeypatch):
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("KAFKA_PARTITIONS", "many")
    monkeypatch.setenv("META_API_TOKEN", "short")
    with pytest.raises(SystemExit) as exit_:
        read_environment()
    message = str(exit_.value)
    assert all(name in message for name in ("DATABASE_URL", "KAFKA_PARTITIONS", "META_API_TOKEN"))
    # it should not print what is secret
    assert "short" not in message


def test_the_workers_token_is_not_taken_for_a_users(monkeypatch):
    monkeypatch.setenv("META_API_TOKEN", f"{PREFIX}{'x' * 40}")
    with pytest.raises(MissingSettings, match=r"META_API_TOKEN: .* begin with duco_") as refusal:
        read_environment()
    assert "x" * 40 not in str(refusal.value)


def test_no_text_of_the_environment_holds_a_secret(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://duco:hidden@127.0.0.1/duco")
    for name in ("CLICKHOUSE_URL", "REALTIME_REDIS_URL", "SNAPSHOT_REDIS_URL", "CELERY_BROKER_URL"):
        monkeypatch.setenv(name, "http://duco:hidden@127.0.0.1:1")
    for name in ("DUCO_SECRET_KEY", "META_API_TOKEN", "IOTHUB_EVENTS_CONNECTION_STRING"):
        monkeypatch.setenv(name, "hidden" * 10)
    environment = Environment()
    assert environment.database_url.get_secret_value().endswith("hidden@127.0.0.1/duco")
    assert "hidden" not in f"{environment!r} {environment}"


def test_hosts_are_named(monkeypatch):
    monkeypatch.setenv("DUCO_ALLOWED_HOSTS", "duco.example,*")
    with pytest.raises(ValidationError, match="Name each host"):
        Environment()
