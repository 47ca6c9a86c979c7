"""python -m duco_cms.embedded.clickhouse_front --path DIR --port N."""

import argparse
import logging
import os
import signal
import sys
from pathlib import Path

import uvicorn

from duco_cms.embedded.clickhouse_front.application import Front, Limits
from duco_cms.embedded.clickhouse_front.engine import Engine, EngineError

LOOPBACK = "127.0.0.1"
_GIB = 1 << 30


def main() -> int:
    arguments = _arguments()
    # In the environment and not among the arguments, which every process of the machine can read.
    user = os.environ.get("CLICKHOUSE_FRONT_USER", "default")
    password = os.environ.get("CLICKHOUSE_FRONT_PASSWORD", "")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    data, spool = arguments.path / "engine", arguments.path / "spool"
    for directory in (data, spool):
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        engine = Engine(data, arguments.max_query_memory)
    except EngineError as error:
        print(
            f"ClickHouse cannot open {data}: {error}\n"
            "If another clickhouse_front serves this directory, use that one or end it first.",
            file=sys.stderr,
        )
        return 1
    # Of a killed process: data of inserts that were never acknowledged. After the engine's lock, so nobody else's.
    for leftover in spool.iterdir():
        leftover.unlink()
    limits = Limits(arguments.max_body, arguments.max_unpacked, arguments.threads)
    front = Front(engine, limits, user, password, spool)
    # uvicorn ends its work on these and then raises them anew, for whoever was there before: nobody, so that the engine
    # is closed and the exit is clean.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    try:
        uvicorn.run(
            front, host=LOOPBACK, port=arguments.port, log_level="info", access_log=False, lifespan="off",
            h11_max_incomplete_event_size=1 << 20, timeout_graceful_shutdown=20, server_header=False,
        )  # fmt: skip
    finally:
        engine.close()
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="clickhouse_front", description="ClickHouse's engine behind HTTP, on loopback."
    )
    parser.add_argument("--path", type=Path, required=True, help="data directory")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--threads", type=int, default=8, help="statements that run at the same time")
    parser.add_argument("--max-body", type=int, default=_GIB, help="bytes of a body as sent")
    parser.add_argument("--max-unpacked", type=int, default=4 * _GIB, help="bytes of a body unpacked")
    parser.add_argument(
        "--max-query-memory", type=int, default=4 * _GIB, help="bytes a query may take (max_memory_usage)"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
