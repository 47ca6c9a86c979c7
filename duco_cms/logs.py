"""One shape of log line for all processes: time, level, event, then what belongs to it as key=value."""

import logging

import structlog


def configure_logs() -> None:
    """Plain text on standard output; whoever runs the process (supervisor, a container) keeps it."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
