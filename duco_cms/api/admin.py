"""API tokens in the admin. A secret is shown once, when its token is made."""

from datetime import timedelta
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import ModelAdmin

from duco_cms.api.models import ApiToken

USUAL_DAYS = 90
ASKED_FOR = (
    "view_release", "publish_release", "view_definitionset", "change_definitionset", "view_submission",
    "add_submission", "review_submission", "view_rollout", "view_entry", "view_machine",
)  # fmt: skip
"""By the Meta API."""


class TokenForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when it runs
    class Meta:
        model = ApiToken
        fields = ["name", "owner", "scopes", "expires"]

    def clean_expires(self) -> Any:
        expires = self.cleaned_data["expires"]
        if expires <= timezone.now():
            raise forms.ValidationError("This time is over.")
        return expires


@admin.register(ApiToken)
class ApiTokenAdmin(ModelAdmin):
    """Users make tokens for themselves, superusers for anybody. A token is not changed: make another, delete this."""

    form = TokenForm
    list_display = ["name", "owner", "made", "expires", "last_used"]
    search_fields = ["name", "owner__username"]
    list_select_related = ["owner"]
    autocomplete_fields = ["owner"]
    filter_horizontal = ["scopes"]
    readonly_fields = ["made", "last_used"]

    def get_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> list[str]:
        fields = ["name", "owner", "scopes", "expires"] if _is_superuser(request) else ["name", "scopes", "expires"]
        return [*fields, "made", "last_used"] if obj else fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiToken]:
        tokens = super().get_queryset(request)
        return tokens if _is_superuser(request) else tokens.filter(owner=request.user.pk)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        expires = timezone.now().replace(microsecond=0) + timedelta(days=USUAL_DAYS)
        return {"owner": request.user.pk, "expires": expires}

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "scopes":
            kwargs["queryset"] = Permission.objects.filter(codename__in=ASKED_FOR).select_related("content_type")
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:  # noqa: ARG002
        return False

    def save_model(self, request: HttpRequest, obj: ApiToken, form: Any, change: bool) -> None:
        if "owner" not in form.cleaned_data:
            obj.owner_id = cast("int", request.user.pk)
        secret = obj.give_secret()
        super().save_model(request, obj, form, change)
        messages.warning(request, f"Copy the token now, it is not shown again: {secret}")


def _is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))
