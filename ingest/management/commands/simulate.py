"""`manage.py simulate`: a fleet of excavators that publishes to the local hub in real time."""

import argparse
import sys
import threading
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ingest.device.fleet import SimulatedFleet
from ingest.device.publisher import HubPublisher, PublishError, wait_for_topic
from ingest.topics import Topics
from ingest.worker import run_until_signalled

_MAX_MACHINES, _MAX_RATE, _MAX_ENVELOPE_RATE = 10_000, 5_000.0, 8.0
_REPORT_EVERY = 60.0  # s
_WAIT = 600.0  # s


def _bounded(low: float, high: float) -> Any:
    def parse(text: str) -> float:
        value = float(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"not from {low:g} to {high:g}")
        return value

    return parse


class Command(BaseCommand):
    help = "Runs a simulated fleet (ex-0001, ex-0002 …) that publishes to the local hub until it is stopped."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--machines", type=int, default=5, help="how many (default 5)")
        parser.add_argument(
            "--rate", type=_bounded(0.1, _MAX_RATE), default=100.0, help="CAN frames a second a machine"
        )
        parser.add_argument(
            "--envelope-rate",
            type=_bounded(0.1, _MAX_ENVELOPE_RATE),
            default=4.0,
            help="CAN envelopes a second a machine",
        )
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same machines")
        parser.add_argument("--seconds", type=_bounded(0.0, 1e9), help="stop after so long (default: never)")
        parser.add_argument(
            "--realtime", action=argparse.BooleanOptionalAction, default=True, help="mark envelopes for the live lane"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if not 1 <= options["machines"] <= _MAX_MACHINES:
            raise CommandError(f"--machines is not from 1 to {_MAX_MACHINES}")
        if settings.IOTHUB_EVENTS_CONNECTION_STRING:
            raise CommandError("IOTHUB_EVENTS_CONNECTION_STRING is set, so nothing reads the local hub.")
        try:
            run_until_signalled(lambda stop: self._publish(stop, options))
        except PublishError as error:
            raise CommandError(str(error)) from None

    def _publish(self, stop: threading.Event, options: dict[str, Any]) -> None:
        servers, topic = settings.KAFKA_BOOTSTRAP_SERVERS, Topics.with_prefix(settings.KAFKA_TOPIC_PREFIX).hub
        wait_for_topic(servers, topic, self._say, timeout=_WAIT)
        with HubPublisher(servers, topic) as publisher:
            self._run(publisher, stop, options)

    def _run(self, publisher: HubPublisher, stop: threading.Event, options: dict[str, Any]) -> None:
        fleet = SimulatedFleet(
            options["machines"],
            options["rate"],
            options["seed"],
            time.time_ns() // 1000,
            envelope_rate=options["envelope_rate"],
            realtime=options["realtime"],
        )
        self._say(f"{options['machines']} machines send {options['rate']:g} frames a second each.")
        started = reported = time.monotonic()
        ticks = published = 0
        limit = options["seconds"]
        while not stop.is_set() and (limit is None or time.monotonic() - started < limit):
            # A tick is published when its time is over, so no time in it lies ahead.
            ticks += 1
            if stop.wait(max(started + ticks * fleet.tick_time / 1e6 - time.monotonic(), 0.0)):
                break
            for device, envelope in fleet.tick():
                publisher.publish(device, envelope)
                published += 1
            if time.monotonic() - reported >= _REPORT_EVERY:
                reported = time.monotonic()
                self._say(f"{published} envelopes published.")
        publisher.flush()
        self._say(f"Stopped; {published} envelopes published.")

    def _say(self, text: str) -> None:
        print(f"simulate: {text}", file=sys.stderr, flush=True)
