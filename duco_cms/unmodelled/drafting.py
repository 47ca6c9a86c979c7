"""A message made of what was seen of an id, in a definition set: a draft to work on, as everything unreleased is."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from duco_cms.audit.acting import summed_up
from duco_cms.audit.models import Action
from duco_cms.audit.record import record
from duco_cms.definitions.locking import hold_edits
from duco_cms.definitions.models import DefinitionSet, Message, Signal, SignalGroup
from duco_cms.definitions.models.messages import Match
from duco_cms.unmodelled.identifiers import Place
from duco_cms.unmodelled.runs import FRAMES_LEAST, Run, runs_of

LENGTH: Final = 8
"""Of a message of which no frame was seen."""

_NAMES_TRIED: Final = 100


class DraftRefusedError(Exception):
    """No message was made; the text says why. `message` is the one that reads the frames already, if that is why."""

    def __init__(self, text: str, message: Message | None = None) -> None:
        super().__init__(text)
        self.message = message


def draft_message(
    user: User, place: Place, definition_set: DefinitionSet, match: Match, activity: Mapping[str, Any], *, signals: bool
) -> Message:
    """With a raw signal for each run of bits that change, where `signals` are wanted and can be told. One entry in the
    audit. Raises DraftRefusedError.
    """
    runs = runs_of(activity) if signals else []
    with transaction.atomic(), summed_up():
        hold_edits()
        if message := _reading(place, definition_set, match):
            raise DraftRefusedError(f"{message} reads these frames already.", message)
        message = _message(place, definition_set, match, activity)
        _save(message, runs)
        about = [f"of {place.what}, {match.label}", *map(_said, runs)]
        record(Action.ADDED, f"message {message.name}", user, reason="drafted from what is unmodelled", changes=about)
    return message


def _reading(place: Place, definition_set: DefinitionSet, match: Match) -> Message | None:
    mine = Message.objects.filter(definition_set=definition_set, retired=False, match=match)
    if match == Match.PGN:
        return mine.filter(pgn=place.pgn, source_address=None).first()
    return mine.filter(can_id=place.can_id, extended=place.extended).first()


def _message(place: Place, definition_set: DefinitionSet, match: Match, activity: Mapping[str, Any]) -> Message:
    return Message(
        definition_set=definition_set,
        name=_free_name(definition_set, f"Unknown_{place.id_text}"),
        match=match,
        can_id=place.can_id,
        extended=place.extended,
        pgn=place.pgn,
        j1939=match == Match.PGN,
        length=max((each["length"] for each in activity["lengths"]), default=LENGTH),
        cycle_time=_cycle_time(activity),
        comment=_comment(place, activity),
    )


def _free_name(definition_set: DefinitionSet, name: str) -> str:
    names = [name, *(f"{name}_{number}" for number in range(2, _NAMES_TRIED))]
    taken = set(
        Message.objects.filter(definition_set=definition_set, retired=False, name__in=names).values_list(
            "name", flat=True
        )
    )
    return next((each for each in names if each not in taken), name)


def _cycle_time(activity: Mapping[str, Any]) -> int | None:
    """ms, where enough was seen to say it."""
    cycle = activity["cycle_us"]
    if activity["frames"] < FRAMES_LEAST or cycle is None:
        return None
    return round(cycle / 1000) or None


def _comment(place: Place, activity: Mapping[str, Any]) -> str:
    """Where it comes from, for who looks at it in a year. No machine is named: comments are for all organisations."""
    seen = "no recorded frames"
    if activity["frames"]:
        seen = f"{activity['frames']} frames recorded {_second(activity['first'])} to {_second(activity['last'])} UTC"
    return f"Drafted on {timezone.now():%Y-%m-%d} from unmodelled {place.id_text} on bus {place.bus}: {seen}."


def _second(time: str) -> str:
    return time[:19].replace("T", " ")


def _said(run: Run) -> str:
    return f"signal {run.name}: bits {run.start} to {run.last}"


def _save(message: Message, runs: Sequence[Run]) -> None:
    try:
        message.full_clean()
        message.save()
    except ValidationError as error:
        raise DraftRefusedError(" ".join(error.messages)) from error
    except IntegrityError:
        raise DraftRefusedError("Somebody else has just taken its name or id. Try again.") from None
    if not runs:
        return
    group = SignalGroup.objects.create(message=message)
    slots = group.take_slots(len(runs))
    Signal.objects.bulk_create(
        Signal(group=group, slot=slot, name=run.name, start=run.start, length=run.length, comment=_does(run))
        for slot, run in zip(slots, runs, strict=True)
    )


def _does(run: Run) -> str:
    return f"Goes up by {run.step} from frame to frame." if run.step else "Its bits were seen to change."
