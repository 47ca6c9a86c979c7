"""What one writes on the pages of jobs."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelect2MultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from duco_cms.definitions.models import Release
from duco_cms.definitions.models.release import NOTE_CHARACTERS
from duco_cms.fleet.access import machines_visible_to
from duco_cms.jobs.asking import WARM_UP_MAXIMUM, WARM_UP_MINUTES, Span

_LAST: timedelta = timedelta(hours=1)


class ReleaseChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    def label_from_instance(self, obj: Release) -> str:
        return f"{obj.number}: {obj.note[:80]}" if obj.note else str(obj.number)


class BacktestForm(forms.Form):
    """Of a content; `against` begins with the live release, or what was live before it. Times are UTC."""

    against = ReleaseChoice(
        Release.objects.none(),
        label="Against release",
        widget=UnfoldAdminSelectWidget(),
        help_text="What the values would be held against.",
    )
    machines = forms.ModelMultipleChoiceField(
        machines_visible_to(User()), widget=UnfoldAdminSelect2MultipleWidget(), help_text="Whose data is decoded again."
    )
    begin = forms.DateTimeField(
        label="Received from", widget=UnfoldAdminTextInputWidget(), help_text="UTC, such as 2026-03-01 08:00."
    )
    end = forms.DateTimeField(label="Received before", widget=UnfoldAdminTextInputWidget(), help_text="UTC.")
    warm_up = forms.IntegerField(
        label="Begin so many minutes earlier",
        min_value=0,
        max_value=WARM_UP_MAXIMUM,
        initial=WARM_UP_MINUTES,
        widget=UnfoldAdminIntegerFieldWidget(),
        help_text="So that what rules remember is there. What they gave in it is not compared.",
    )
    note = forms.CharField(
        max_length=NOTE_CHARACTERS, required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 2})
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["machines"].queryset = machines_visible_to(user).filter(active=True)  # type: ignore[attr-defined]
        self.fields["against"].queryset = Release.objects.headers()  # type: ignore[attr-defined]
        now = timezone.now().replace(microsecond=0)
        self.fields["begin"].initial, self.fields["end"].initial = now - _LAST, now

    @property
    def span(self) -> Span:
        """Of a form that is valid."""
        given = self.cleaned_data
        numbers = [machine.number for machine in given["machines"]]
        return Span(numbers, given["begin"], given["end"], given["warm_up"])
