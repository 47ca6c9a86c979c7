"""What the pages of the inbox ask for."""

from collections.abc import Iterable
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from duco_cms.definitions.models import DefinitionSet, Message
from duco_cms.definitions.models.messages import Match
from duco_cms.definitions.models.release import NOTE_CHARACTERS
from duco_cms.fleet.models import ModelSetBinding
from duco_cms.unmodelled.identifiers import Place
from duco_cms.unmodelled.models import WHAT_CHARACTERS, Kind


class IgnoreForm(forms.Form):
    kind = forms.ChoiceField(choices=Kind, widget=forms.HiddenInput)
    what = forms.CharField(max_length=WHAT_CHARACTERS, widget=forms.HiddenInput)
    reason = forms.CharField(label="Why", max_length=NOTE_CHARACTERS, widget=UnfoldAdminTextInputWidget)


class DraftForm(forms.Form):
    """Sets of the machine models that send it come first; an id of 29 bits is taken for J1939 where they have such."""

    definition_set = forms.TypedChoiceField(label="Definition set", coerce=int, widget=UnfoldAdminSelectWidget)
    match = forms.ChoiceField(label="Frames are found by", choices=(), widget=UnfoldAdminSelectWidget)
    signals = forms.BooleanField(
        label="A raw signal for each run of bits that change", required=False, widget=UnfoldBooleanSwitchWidget
    )

    def __init__(self, place: Place, models: Iterable[int], data: Any = None) -> None:
        bound = _bound_sets(models, place.bus)
        super().__init__(data, initial={"match": _match(place, bound), "signals": True})
        names = dict(DefinitionSet.objects.values_list("pk", "name"))
        own = [(number, names[number]) for number in bound]
        others = [(number, name) for number, name in names.items() if number not in bound]
        groups = [("Of the machines that send it", own), ("Others", others)]
        self.fields["definition_set"].choices = [group for group in groups if group[1]]  # type: ignore[attr-defined]
        choices = [Match.PGN, Match.ID] if place.extended else [Match.ID]
        self.fields["match"].choices = [(each.value, _label(each, place)) for each in choices]  # type: ignore[attr-defined]


def _bound_sets(models: Iterable[int], bus: int) -> list[int]:
    """By the order of their bindings, those of the bus before those of all buses."""
    bindings = ModelSetBinding.objects.filter(model__in=set(models)).order_by("order", "pk")
    rows = list(bindings.values_list("definition_set", "bus"))
    found = [number for wanted in (bus, None) for number, of_bus in rows if of_bus == wanted]
    return list(dict.fromkeys(found))


def _match(place: Place, sets: Iterable[int]) -> str:
    has_pgns = Message.objects.filter(definition_set__in=sets, match=Match.PGN, retired=False).exists()
    return Match.PGN if place.extended and has_pgns else Match.ID


def _label(match: Match, place: Place) -> str:
    if match == Match.PGN:
        return f"PGN {place.pgn} ({place.pgn:04X}), whoever sends it"
    return f"the id {place.id_text} alone"
