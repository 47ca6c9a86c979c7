"""`manage.py replay`: publishes a recorded log as a machine's device would."""

import argparse
import re
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ingest.device.envelopes import can_envelope
from ingest.device.packer import Packer
from ingest.device.publisher import HubPublisher, PublishError, wait_for_topic
from ingest.frames import CanFrames
from ingest.logs import LogError, read_log
from ingest.topics import Topics
from ingest.worker import run_until_signalled
from parsing.definitions import ERROR_FLAG, REMOTE_FLAG

# What IoT Hub allows in a device id.
_DEVICE = re.compile(r"[A-Za-z0-9\-:.+%_#*?!(),=@$']{1,128}")
_REPORT_EVERY = 2.0  # s
_WAIT = 60.0  # s


def _device(text: str) -> str:
    if not _DEVICE.fullmatch(text):
        raise argparse.ArgumentTypeError("not a device id of IoT Hub")
    return text


def _speed(text: str) -> float:
    speed = float(text)
    if not 0 < speed <= 1e6:  # noqa: PLR2004 - beyond it there is nothing left to pace
        raise argparse.ArgumentTypeError("not above 0")
    return speed


class Command(BaseCommand):
    help = "Publishes a log (candump, ASC, BLF, TRC, MF4) to the local hub, with its times as recorded or moved to now."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--machine", type=_device, required=True, metavar="DEVICE", help="device id to publish as")
        parser.add_argument("--speed", type=_speed, help="1 = as recorded, 10 = ten times as fast (default: no pacing)")
        parser.add_argument("--realtime", action="store_true", help="mark envelopes for the live lane")
        parser.add_argument("--now", action="store_true", help="move its times so that it begins now")

    def handle(self, *_args: Any, **options: Any) -> None:
        if settings.IOTHUB_EVENTS_CONNECTION_STRING:
            raise CommandError("IOTHUB_EVENTS_CONNECTION_STRING is set, so nothing reads the local hub.")
        try:
            frames = read_log(options["file"])
            if options["now"]:
                frames = replace(frames, ts=frames.ts + (time.time_ns() // 1000 - frames.ts.min()))
            run_until_signalled(lambda stop: self._publish(frames, stop, options))
        except (LogError, PublishError, OSError) as error:
            raise CommandError(str(error)) from None

    def _publish(self, frames: CanFrames, stop: threading.Event, options: dict[str, Any]) -> None:
        servers, topic = settings.KAFKA_BOOTSTRAP_SERVERS, Topics.with_prefix(settings.KAFKA_TOPIC_PREFIX).hub
        wait_for_topic(servers, topic, self._say, timeout=_WAIT)
        packer = Packer()
        envelopes = [*packer.add(frames), *packer.flush()]
        started = reported = time.monotonic()
        sent = 0
        with HubPublisher(servers, topic) as publisher:
            for number, part in enumerate(envelopes, 1):
                # A device publishes an envelope when its last frame has been recorded.
                due = (
                    started + (int(part.ts[-1]) - int(frames.ts[0])) / 1e6 / options["speed"] if options["speed"] else 0
                )
                if stop.wait(max(due - time.monotonic(), 0.0)):
                    break
                publisher.publish(options["machine"], can_envelope(part, realtime=options["realtime"]))
                sent += len(part)
                if time.monotonic() - reported >= _REPORT_EVERY:
                    reported = time.monotonic()
                    self._say(f"{sent} of {len(frames)} frames, {number} of {len(envelopes)} envelopes")
        self._say(f"{sent} of {len(frames)} frames published as {options['machine']}; {_described(frames)}")

    def _say(self, text: str) -> None:
        print(f"replay: {text}", file=sys.stderr, flush=True)


def _described(frames: CanFrames) -> str:
    buses = ", ".join(str(bus) for bus in np.unique(frames.bus))
    silent = int(np.count_nonzero(frames.can_id & (REMOTE_FLAG | ERROR_FLAG)))
    first, last = (int(frames.ts[end]) / 1e6 for end in (0, -1))
    return f"buses {buses}, {first:.6f} to {last:.6f} s, {silent} remote or error frames"
