"""`manage.py process`: decode `raw` into `parsed`, `dead_letters` and `engine_state`."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from ingest.meta.follower import MetaFollower
from ingest.processor.processor import Processor
from ingest.worker import meta_address, run_until_signalled


class Command(BaseCommand):
    help = "Decodes raw envelopes with the live release. Runs until it is stopped; run as many as there are partitions."
    requires_system_checks = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        with MetaFollower(meta_address("process")) as follower:
            servers, prefix = settings.KAFKA_BOOTSTRAP_SERVERS, settings.KAFKA_TOPIC_PREFIX
            run_until_signalled(lambda stop: Processor(servers, prefix, settings.WORKER_NAME, follower).run(stop))
