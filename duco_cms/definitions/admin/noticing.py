"""Pages that notice what somebody else saved since they were opened.

A page carries its fields as it was opened with. Where the row is another when it is saved, what only the other changed
is taken over, what both changed is told beside the field, and nothing is saved before that was looked at.
"""

import json
from typing import Any, Final, cast

from django import forms
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.forms.models import model_to_dict
from django.http import HttpRequest, QueryDict

from duco_cms.definitions.admin.editing import EditingAdmin

OPENED: Final = "opened"
_OPENED_CHARACTERS: Final = 2_000_000
MEANWHILE: Final = (
    "Somebody else saved this meanwhile. What only they changed is on this page now. Look, and save again."
)


class NoticingForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when it runs
    """`opened` is JSON: the fields that the page was opened with. Without it, as programs send forms, nothing is
    noticed.
    """

    opened = forms.CharField(required=False, max_length=_OPENED_CHARACTERS, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None and OPENED in self.fields:
            self.initial[OPENED] = _written(self._stored(self.instance))

    def full_clean(self) -> None:
        """Before anything else: the fields are checked as they are to be."""
        opened = self._opened()
        conflicts = self._merge(opened) if opened is not None else None
        super().full_clean()
        if conflicts is not None and hasattr(self, "cleaned_data"):
            self.add_error(None, MEANWHILE)
            for name, text in conflicts.items():
                self.add_error(name, text)

    def _opened(self) -> dict[str, Any] | None:
        if not self.is_bound or self.instance.pk is None or OPENED not in self.fields:
            return None
        try:
            opened = json.loads(self.data.get(self.add_prefix(OPENED), ""))
        except ValueError:
            return None
        return opened if isinstance(opened, dict) else None

    def _merge(self, opened: dict[str, Any]) -> dict[str, str] | None:
        """By field what both changed; None where nobody else changed anything. The data become what is to be shown."""
        row = self._meta.model.objects.filter(pk=self.instance.pk).first()
        now = json.loads(_written(self._stored(row))) if row is not None else opened
        changed = [name for name in now if name in opened and now[name] != opened[name]]
        if not changed:
            return None
        data = cast("QueryDict", self.data).copy()
        data[self.add_prefix(OPENED)] = json.dumps(now)
        conflicts = {}
        for name in changed:
            if self._is_mine_changed(name, opened[name]):
                conflicts[name] = f"They have: {_shown(now[name])}. It was: {_shown(opened[name])}."
            else:
                self._take_over(data, name, now[name])
        self.data = data
        return conflicts

    def _stored(self, row: Model) -> dict[str, Any]:
        return model_to_dict(row, fields=[name for name in self.fields if name != OPENED])

    def _is_mine_changed(self, name: str, opened: Any) -> bool:
        field, key = self.fields[name], self.add_prefix(name)
        mine = field.widget.value_from_datadict(self.data, self.files, key)
        if isinstance(opened, str) and isinstance(mine, str):
            return _plain(opened) != _plain(mine)
        return bool(field.has_changed(opened, mine))

    def _take_over(self, data: QueryDict, name: str, value: Any) -> None:
        key = self.add_prefix(name)
        if isinstance(value, bool):
            data.pop(key, None)
            if value:
                data[key] = "on"
        else:
            prepared = self.fields[name].prepare_value(value)
            data[key] = "" if prepared is None else prepared


class NoticingAdmin(EditingAdmin):
    """Of pages whose forms are `NoticingForm`."""

    form = NoticingForm

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """The page carries what it was opened with, where it can be saved."""
        fieldsets = [(title, {**options}) for title, options in super().get_fieldsets(request, obj)]
        if obj is not None and self.has_change_permission(request, obj):
            first = fieldsets[0][1]
            first["fields"] = [*(name for name in first["fields"] if name != OPENED), OPENED]
        else:
            for _, options in fieldsets:
                options["fields"] = [name for name in options["fields"] if name != OPENED]
        return fieldsets


def _written(fields: dict[str, Any]) -> str:
    return json.dumps(fields, cls=DjangoJSONEncoder)


def _plain(text: str) -> str:
    """Browsers send lines as they like to."""
    return text.replace("\r\n", "\n").strip()


def _shown(value: Any) -> str:
    if value in (None, ""):
        return "nothing"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
