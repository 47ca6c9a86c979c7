"""Settings by environment, typed: the one place that reads environment variables.

docs/settings.md holds the same table for people; a test compares the two.
"""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

BASE_DIR = Path(__file__).resolve().parent.parent


class Environment(BaseSettings):
    """Every variable DUCO reads. Field name = variable name in lower case."""

    model_config = SettingsConfigDict(env_file=None, extra="ignore", case_sensitive=False)

    duco_role: Literal["all", "meta", "data", "studio"] = Field("all", description="Which routes a web process serves.")
    duco_debug: bool = Field(default=False, description="Django's debug pages. Never in production.")
    duco_secret_key: SecretStr = Field(
        min_length=50, description="Signs sessions and internal tokens. At least 50 random characters."
    )
    duco_allowed_hosts: str = Field(
        "localhost,127.0.0.1", description="Host names the web process answers to, by comma."
    )
    duco_https: bool = Field(default=True, description="Secure cookies, HSTS and redirects; 0 only on loopback.")
    duco_four_eyes: bool = Field(
        default=True,
        description="Whoever submits definitions cannot approve them; breaking changes need two approvers.",
    )
    duco_var: Path = Field(BASE_DIR / "var", description="Where caches and the embedded servers' data live.")
    duco_volatile_broker: bool = Field(
        default=False, description="Set by `make run` where the broker forgets: pages warn."
    )

    # They hold passwords.
    database_url: SecretStr = Field(description="PostgreSQL, postgresql://user:password@host:port/name.")
    clickhouse_url: SecretStr = Field(description="ClickHouse over HTTP, http://user:password@host:port.")
    clickhouse_database_prefix: str = Field("", description="Begins the name of each ClickHouse database.")
    realtime_redis_url: SecretStr = Field(description="Redis for live values, notices and sessions of workers.")
    snapshot_redis_url: SecretStr = Field(
        SecretStr(""), description="Redis for the latest values; empty = the RealTime one."
    )
    redis_prefix: str = Field("duco:", description="Begins every Redis key and channel.")
    celery_broker_url: SecretStr = Field(SecretStr(""), description="Celery's broker; empty = the RealTime Redis.")

    kafka_bootstrap_servers: str = Field(description="Kafka, host:port[,host:port].")
    kafka_topic_prefix: str = Field("duco.", description="Begins every topic, group and transactional id.")
    kafka_partitions: int = Field(4, ge=1, le=256, description="Partitions of every topic; fixed for a deployment.")
    iothub_events_connection_string: SecretStr = Field(
        SecretStr(""),
        description="Azure's Event-Hubs-compatible endpoint (…;EntityPath=…); empty = the local `hub` topic.",
    )

    meta_api_url: str = Field("http://127.0.0.1:8000", description="Where workers find the Meta API.")
    meta_api_token: SecretStr = Field(
        min_length=32,
        description="Token of the workers for the Meta API. At least 32 random characters; not `duco_` first.",
    )
    meta_poll_seconds: float = Field(5.0, gt=0, description="How often workers ask for a new release behind Redis.")
    data_api_url: str = Field("http://127.0.0.1:8000", description="Where Studio finds the Data API.")
    studio_data_source: Literal["data-api", "direct"] = Field(
        "data-api", description="How Studio's backend reads data."
    )

    duco_kill_at: str = Field("", description="Fault campaign only: `point:n`, where the process kills itself.")
    worker_name: str = Field("0", description="Names this worker among its kind; stable over restarts, unique.")
    raw_retention_days: int = Field(
        30, ge=1,
        description="Days the raw store keeps envelopes, and the store of decoded data DM1 and DM2 messages and "
        "messages of several packets as they came; by received time.",
    )  # fmt: skip
    silence_seconds: int = Field(300, ge=1, description="A machine not heard of for so long is silent.")

    @field_validator("duco_allowed_hosts")
    @classmethod
    def _names_hosts(cls, hosts: str) -> str:
        if "*" in hosts:
            raise ValueError("Name each host: with a * pages of every origin could open websockets.")
        return hosts

    @field_validator("meta_api_token")
    @classmethod
    def _is_no_users_token(cls, token: SecretStr) -> SecretStr:
        if token.get_secret_value().startswith("duco_"):
            raise ValueError("Users' API tokens begin with duco_: it would be taken for one. Choose another.")
        return token


class MissingSettings(SystemExit):
    """Variables are missing or wrong; the text names them. Where nobody catches it, it is the process's last word."""


def read_environment() -> Environment:
    """The environment, checked. Raises MissingSettings."""
    try:
        return Environment()
    except ValidationError as error:
        lines = [f"  {str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors()]
        raise MissingSettings(
            "DUCO cannot start; these environment variables are missing or wrong:\n"
            + "\n".join(lines)
            + "\n`make run` sets them for a local system; docs/settings.md describes each."
        ) from None
