"""`manage.py backtest`: what a submission or release would have made of recorded envelopes."""

import argparse
import json
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from django.core.management.base import BaseCommand, CommandError

from distribution.backtest.comparing import Comparison
from distribution.backtest.contents import MetaContents, UnknownContentError
from distribution.backtest.report import as_json, as_text
from distribution.backtest.run import Run
from distribution.queries.raw import RawReader
from distribution.queries.reader import StoreUnavailableError, TooMuchError
from ingest.meta.catalogue import Catalogue

WARM_UP_MINUTES = 10


class Command(BaseCommand):
    help = (
        "Decodes what machines sent once more, by a submission's or release's content and by the live one, and says "
        "what differs: values and qualities by signal, findings by rule. Stores nothing."
    )
    requires_system_checks = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("device", nargs="+", help="device ids of machines")
        content = parser.add_mutually_exclusive_group(required=True)
        content.add_argument("--submission", type=int, metavar="N", help="what this submission froze")
        content.add_argument("--release", type=int, metavar="N", help="this release")
        parser.add_argument("--against", type=int, metavar="N", help="this release (default: the live one)")
        parser.add_argument("--from", dest="begin", type=_moment, metavar="TIME", help="received from (an hour ago)")
        parser.add_argument("--to", dest="end", type=_moment, metavar="TIME", help="received before (now)")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *_args: Any, **options: Any) -> None:
        end = options["end"] or datetime.now(UTC)
        begin = options["begin"] or end - timedelta(hours=1)
        if begin >= end:
            raise CommandError("--from is not before --to", returncode=2)
        try:
            with MetaContents() as contents:
                before, after = _contents(contents, options)
            comparison = self._compare(options["device"], before, after, _micros(begin), _micros(end))
        except UnknownContentError as error:
            raise CommandError(str(error)) from error
        except httpx.HTTPError as error:
            raise CommandError(f"the Meta API does not answer as it should: {error}") from error
        except (StoreUnavailableError, TooMuchError) as error:
            raise CommandError(f"the raw store: {error}") from error
        if options["format"] == "json":
            self.stdout.write(json.dumps(as_json(comparison, before, after)))
        else:
            self.stdout.write("\n".join(as_text(comparison, before, after)))

    def _compare(self, devices: list[str], before: Catalogue, after: Catalogue, begin: int, end: int) -> Comparison:
        comparison = Comparison()
        for device in devices:
            if device not in before.machines:
                raise UnknownContentError(f"no machine has the device id {device}")
            # What rules remember has to be there when the comparison begins.
            warm = begin - WARM_UP_MINUTES * 60_000_000
            old, new = Run(before), Run(after)
            for first, last in ((warm, begin), (begin, end)):
                for run in (old, new):
                    run.forget_given()
                for page in RawReader(device).between(first, last):
                    was = old.take(page)
                    comparison.add(was, new.take(page, was.envelopes), begin)
                    print(f"\rbacktest: {comparison.envelopes:,} envelopes", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
        return comparison


def _contents(contents: MetaContents, options: dict[str, Any]) -> tuple[Catalogue, Catalogue]:
    before = contents.live() if options["against"] is None else contents.release(options["against"])
    if options["submission"] is not None:
        return before, contents.submission(options["submission"])
    return before, contents.release(options["release"])


def _moment(text: str) -> datetime:
    """ISO 8601; without a zone it is UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 2026-03-01T08:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _micros(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)
