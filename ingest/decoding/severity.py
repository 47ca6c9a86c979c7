"""Severity of a log line from the level its app wrote; fixed until definitions say it."""

_BY_LEVEL = {
    "v": "info", "verbose": "info", "trace": "info", "d": "info", "debug": "info", "i": "info", "info": "info",
    "notice": "info", "": "info", "w": "warning", "warn": "warning", "warning": "warning", "e": "error",
    "err": "error", "error": "error", "f": "critical", "fatal": "critical", "c": "critical", "critical": "critical",
}  # fmt: skip


def severity_of(level: str) -> str:
    """`info`, `warning`, `error` or `critical`; a level nobody has named before is worth a look: `warning`."""
    return _BY_LEVEL.get(level.strip().lower(), "warning")
