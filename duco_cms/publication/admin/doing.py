"""What the buttons of these pages have in common."""

from collections.abc import Callable
from typing import Any, Protocol

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from duco_cms.definitions.publishing import PublishRefusedError
from duco_cms.publication.review import StaleError
from duco_cms.read_only_admin import ReadOnlyAdmin

STALE = "It was changed since this page was opened. This is how it is now."


class Step(Protocol):
    def __call__(self, request: HttpRequest, number: int) -> HttpResponse: ...


class PublicationAdmin(ReadOnlyAdmin):
    """Pages on which nothing is edited: what is done there is done by buttons."""

    list_fullwidth = True
    steps: dict[str, str] = {}
    """Names of methods that are routes, to the permissions that they want."""

    def page(self, request: HttpRequest, number: int) -> dict[str, Any]:
        """What the template of the row's page is given."""
        raise NotImplementedError

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = {**(extra_context or {}), **self.page(request, number_of(object_id))}
        return super().change_view(request, object_id, form_url, context)

    def get_urls(self) -> list[URLPattern]:
        prefix = f"{self.opts.app_label}_{self.opts.model_name}"
        own = [
            path(
                f"<int:number>/{name}/",
                require_POST(self.admin_site.admin_view(_permitted(getattr(self, name), permission))),
                name=f"{prefix}_{name}",
            )
            for name, permission in self.steps.items()
        ]
        return [*own, *super().get_urls()]


def _permitted(step: Step, permission: str) -> Callable[..., HttpResponse]:
    def view(request: HttpRequest, number: int) -> HttpResponse:
        if not request.user.has_perm(permission):
            raise PermissionDenied
        return step(request, number)

    return view


class ShownRefusals:
    """`with` it: what a service refuses ends the block, and is said on the next page."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if isinstance(error, StaleError):
            messages.error(self._request, STALE)
        elif isinstance(error, PublishRefusedError):
            messages.error(self._request, str(error))
        else:
            return False
        return True


def filled(request: HttpRequest, form: forms.Form) -> bool:
    """Whether the form is valid; what is not is said on the next page."""
    if form.is_valid():
        return True
    for name, texts in form.errors.items():
        label = form.fields[name].label or name if name in form.fields else ""
        messages.error(request, f"{str(label).capitalize()}: {' '.join(map(str, texts))}")
    return False


def number_of(object_id: str) -> int:
    """Raises Http404 for what is no number."""
    if not object_id.isdecimal() or len(object_id) > 10:  # noqa: PLR2004 - more than an integer's digits
        raise Http404
    return int(object_id)


def context_of(site: admin.AdminSite, request: HttpRequest) -> dict[str, Any]:
    """For pages of our own."""
    request.current_app = site.name  # as Django's own pages do
    return site.each_context(request)
