"""Tagging many rows at once."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.forms import ActionForm

from duco_cms.definitions.admin.listing import KeptModelAdmin
from duco_cms.definitions.models.tags import TAGS_CHARACTERS, Tagged, tags_validator, words_of


class TagActionForm(ActionForm):
    """Beside the choice of the action: the tags that it is about."""

    tags = forms.CharField(
        label="",
        required=False,
        max_length=TAGS_CHARACTERS,
        widget=forms.TextInput(
            attrs={
                "placeholder": "tags",
                "aria-label": "Tags",
                "class": "bg-white/20 px-2 py-1 rounded-default placeholder:text-white/70",
            }
        ),
    )


class TaggedAdmin(KeptModelAdmin):
    """Of models with `tags`."""

    action_form = TagActionForm
    actions = ["add_tags", "remove_tags"]

    @admin.action(description="Add the tags", permissions=["change"])
    def add_tags(self, request: HttpRequest, rows: QuerySet[Tagged]) -> None:
        self._tag(request, rows, adds=True)

    @admin.action(description="Remove the tags", permissions=["change"])
    def remove_tags(self, request: HttpRequest, rows: QuerySet[Tagged]) -> None:
        self._tag(request, rows, adds=False)

    def _tag(self, request: HttpRequest, rows: QuerySet[Tagged], *, adds: bool) -> None:
        """Each by itself, so that the audit tells of each."""
        given = set(words_of(request.POST.get("tags", "")))
        if not given:
            messages.error(request, "Write the tags beside the action.")
            return
        changed, refused = 0, []
        for row in rows:
            own = set(words_of(row.tags))
            tags = " ".join(sorted(own | given if adds else own - given))
            if tags == row.tags:
                continue
            if not _fit(tags):
                refused.append(str(row))
                continue
            row.tags = tags
            row.save(update_fields=["tags"])
            self.log_change(request, row, [{"changed": {"fields": ["tags"]}}])
            changed += 1
        messages.success(request, f"The tags of {changed} {'are' if changed != 1 else 'is'} changed.")
        if refused:
            messages.error(request, f"Too many or too long tags of: {', '.join(refused[:10])}.")


def _fit(tags: str) -> bool:
    try:
        tags_validator(tags)
    except ValidationError:
        return False
    return len(tags) <= TAGS_CHARACTERS
