"""`python -m duco_cms.embedded`: a whole DUCO on this machine, or a command beside it or beside servers of its own."""

import argparse
import sys
from pathlib import Path

from duco_cms.embedded.console import say
from duco_cms.embedded.execute import execute
from duco_cms.embedded.join import join
from duco_cms.embedded.kafka.jars import NoKafkaError, fetch
from duco_cms.embedded.layout import layout_at
from duco_cms.embedded.leftovers import AlreadyRunningError
from duco_cms.embedded.readiness import ServerFailedError
from duco_cms.embedded.run import run
from duco_cms.embedded.signals import leave_on_signals
from duco_cms.environment import BASE_DIR


def main() -> int:
    leave_on_signals()
    arguments = _parser().parse_args()
    try:
        if arguments.command == "fetch-kafka":
            return _fetch_kafka()
        layout = layout_at(arguments.data)
        if arguments.command == "run":
            return run(layout)
        if arguments.command == "join":
            return join(layout, arguments.words)
        return execute(layout, arguments.words, say, fresh=arguments.fresh)
    except (AlreadyRunningError, ServerFailedError, ValueError, LookupError) as error:
        print(f"duco: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m duco_cms.embedded", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run_ = commands.add_parser("run", help="the whole system, until Ctrl-C")
    run_.add_argument("--data", type=Path, default=BASE_DIR / "var", help="where it keeps everything (default: var)")
    execute_ = commands.add_parser("exec", help="run a command beside servers of its own")
    execute_.add_argument("--data", type=Path, required=True, help="where the servers keep everything")
    execute_.add_argument("--fresh", action="store_true", help="forget what earlier runs stored")
    execute_.add_argument("words", nargs="+", metavar="COMMAND", help="the command, after --")
    join_ = commands.add_parser("join", help="run a command in the environment of the system that runs")
    join_.add_argument("--data", type=Path, default=BASE_DIR / "var", help="where the system keeps everything")
    join_.add_argument("words", nargs="+", metavar="COMMAND", help="the command, after --")
    commands.add_parser("fetch-kafka", help="let Maven fetch Kafka's jars")
    return parser


def _fetch_kafka() -> int:
    try:
        say("Fetched Kafka's jars." if fetch() else "Kafka's jars are here.")
    except NoKafkaError as error:
        say(f"Kafka will be missing: {error}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
