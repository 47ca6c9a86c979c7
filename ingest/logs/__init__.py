"""Recorded CAN logs, of every format, in chunks that do not grow with the log."""

from ingest.logs.opening import Log, open_log, read_log
from ingest.logs.records import BadReason, BadRecord, LogChunk, LogError

__all__ = ["BadReason", "BadRecord", "Log", "LogChunk", "LogError", "open_log", "read_log"]
