"""What one writes on the pages of publication."""

from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelect2MultipleWidget,
    UnfoldAdminTextareaWidget,
)

from duco_cms.definitions.models.release import NOTE_CHARACTERS
from duco_cms.fleet.models import Machine
from duco_cms.publication.models.rollout import FEWEST_VALUES, MOST_BAD_SHARE
from duco_cms.publication.releasing import Cohort


class NoteForm(forms.Form):
    note = forms.CharField(
        max_length=NOTE_CHARACTERS,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text="What changes, and why; shown wherever the release is.",
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=NOTE_CHARACTERS, widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}))


class CommentForm(forms.Form):
    comment = forms.CharField(
        max_length=10_000, required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 2})
    )  # fmt: skip


class CohortForm(forms.Form):
    """Shares are asked for in percent."""

    machines = forms.ModelMultipleChoiceField(
        Machine.objects.none(),
        required=False,
        widget=UnfoldAdminSelect2MultipleWidget(),
        help_text="Those that try it first.",
    )
    percentage = forms.FloatField(
        label="And of all machines, in percent",
        min_value=0,
        max_value=100,
        initial=0,
        widget=UnfoldAdminDecimalFieldWidget(),
        help_text="Picked by their numbers: the same ones in each rollout.",
    )
    most_bad_percent = forms.FloatField(
        label="Pause from so many more bad values on, in percentage points",
        min_value=0,
        max_value=100,
        initial=100 * MOST_BAD_SHARE,
        widget=UnfoldAdminDecimalFieldWidget(),
        help_text="Held against the same machines in the hour before the trial, or up to a day where that has too few.",
    )
    fewest_values = forms.IntegerField(
        label="Of at least so many values",
        min_value=1,
        max_value=2**31 - 1,
        initial=FEWEST_VALUES,
        widget=UnfoldAdminIntegerFieldWidget(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["machines"].queryset = Machine.objects.filter(active=True)  # type: ignore[attr-defined]

    @property
    def cohort(self) -> Cohort:
        """Of a form that is valid."""
        given = self.cleaned_data
        return Cohort(
            machines=[machine.number for machine in given["machines"]],
            percentage=given["percentage"],
            most_bad_share=given["most_bad_percent"] / 100,
            fewest_values=given["fewest_values"],
        )
