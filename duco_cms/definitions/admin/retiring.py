"""Taking rows out of use and back, many at once: what is retired is not in new releases, and keeps its numbers."""

from django.contrib import admin, messages
from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from duco_cms.definitions.admin.tagging import TaggedAdmin


class RetirableAdmin(TaggedAdmin):
    """Of models with `retired` and `tags`. The next release's changes name what was taken out or back."""

    actions = ["take_out_of_use", "take_back_into_use", *TaggedAdmin.actions]

    @admin.action(description="Take out of use", permissions=["change"])
    def take_out_of_use(self, request: HttpRequest, rows: QuerySet[Model]) -> None:
        self._retire(request, rows, retired=True)

    @admin.action(description="Take back into use", permissions=["change"])
    def take_back_into_use(self, request: HttpRequest, rows: QuerySet[Model]) -> None:
        self._retire(request, rows, retired=False)

    def _retire(self, request: HttpRequest, rows: QuerySet[Model], *, retired: bool) -> None:
        """Each by itself, so that one whose name is taken keeps none of the others from it."""
        refused, changed = [], 0
        for row in rows.filter(retired=not retired):
            row.retired = retired  # type: ignore[attr-defined]  # of all models that this stands for
            try:
                with transaction.atomic():
                    row.save(update_fields=["retired"])
            except IntegrityError:
                refused.append(str(row))
                continue
            self.log_change(request, row, [{"changed": {"fields": ["retired"]}}])
            changed += 1
        word = "out of use" if retired else "back into use"
        messages.success(request, f"{changed} taken {word}. Workers learn of it with the next release.")
        if refused:
            messages.error(request, f"Another in use has the name or id of: {', '.join(refused[:10])}.")
