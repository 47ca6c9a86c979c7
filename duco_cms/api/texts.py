"""The Meta API for editors: sets as texts in the signal language, and what is wrong with a text."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import IO, Any

from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from duco_cms.api.paging import ByName
from duco_cms.api.parsers import BoundedJsonParser
from duco_cms.api.problems import Problem
from duco_cms.api.requests import IF_MATCH, IF_NONE_MATCH, unless_known
from duco_cms.api.text_serializers import CheckedSerializer, CheckSerializer, ReportSerializer, SetSerializer
from duco_cms.api.throttling import EditThrottle
from duco_cms.api.views import MetaView
from duco_cms.definitions.importing import ImportRefusedError
from duco_cms.definitions.models import DefinitionSet
from duco_cms.definitions.texts import StaleTextError, TextReport, apply_text, check_texts, etag_of, text_of
from parsing.language.diagnostics import Diagnostic
from parsing.language.limits import MOST_CHARACTERS
from parsing.language.rendering import render, to_json

SETS_CHECKED_MAXIMUM = 20
CHANGES_TOLD = 1000
_MOST_BYTES = 4 * MOST_CHARACTERS
TEXT = "text/plain"


class TextParser(BaseParser):
    """`text/plain` in UTF-8."""

    media_type = TEXT

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,  # noqa: ARG002 - DRF's signature
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> Any:
        raw = stream.read(_MOST_BYTES + 1)
        if len(raw) > _MOST_BYTES:
            raise Problem("too_large", f"The text has over {_MOST_BYTES:,} bytes. Split it.", status=413)
        try:
            return raw.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            raise Problem("not_utf8", f"Byte {error.start} is no UTF-8.") from None


class EditorView(MetaView):
    """Workers need no texts, and checking one costs seconds."""

    wanted = {"GET": "definitions.view_definitionset", "PUT": "definitions.change_definitionset"}
    throttle_classes = [EditThrottle]


class SetListView(EditorView, ListAPIView[DefinitionSet]):
    """All definition sets, by name."""

    known = frozenset({"cursor"})
    serializer_class = SetSerializer
    pagination_class = ByName
    queryset = DefinitionSet.objects.all()
    http_method_names = ["get", "head", "options"]


class SetTextView(EditorView):
    """All of a set as a text in the signal language, behind an ETag."""

    parser_classes = [TextParser]

    @extend_schema(
        operation_id="set_text", responses={(200, TEXT): OpenApiTypes.STR, 304: None}, parameters=[IF_NONE_MATCH]
    )
    def get(self, request: Request, number: int) -> HttpResponseBase:
        text = text_of(set_numbered(number))
        etag = etag_of(text)
        headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
        response = HttpResponse(text, content_type=f"{TEXT}; charset=utf-8", headers=headers)
        return unless_known(request, etag, response)

    @extend_schema(
        operation_id="set_text_change",
        request={TEXT: OpenApiTypes.STR},
        responses=ReportSerializer,
        parameters=[IF_MATCH],
    )
    def put(self, request: Request, number: int) -> Response:
        """Make the set what the text says. 422 with diagnostics where it has errors: nothing was changed then."""
        definition_set = set_numbered(number)
        etag = request.headers.get("If-Match", "")
        if not etag:
            raise Problem("if_match_wanted", "Send the ETag of the text that you changed as If-Match.", status=428)
        try:
            report, etag = _applied(definition_set, _text(request.data), etag)
        except StaleTextError:
            raise Problem("stale", "The set was changed since you read its text.", status=412) from None
        except ImportRefusedError as refusal:
            raise Problem("refused", str(refusal), status=422) from None
        told = _told(report)
        if report.is_refused:
            raise Problem("invalid", "The text has errors.", status=422, diagnostics=told)
        changes = [asdict(change) for change in report.changes[:CHANGES_TOLD]]
        more = len(report.changes) - len(changes)
        body = {"diagnostics": told, "changes": changes, "more_changes": more}
        return Response(body, headers={"ETag": etag})


class CheckView(EditorView):
    """What is wrong with texts; changes nothing."""

    wanted = {"POST": "definitions.view_definitionset"}
    parser_classes = [BoundedJsonParser]

    @extend_schema(operation_id="check", request=CheckSerializer, responses=CheckedSerializer)
    def post(self, request: Request) -> Response:
        """Texts by the names of the sets in whose place they are checked, beside all other sets."""
        texts = _texts(request.data)
        return Response({"diagnostics": _listed(check_texts(texts))})


def set_numbered(number: int) -> DefinitionSet:
    """Raises Problem (404)."""
    definition_set = DefinitionSet.objects.filter(pk=number).first()
    if definition_set is None:
        raise Problem("no_set", "There is no such definition set.", status=404)
    return definition_set


def _applied(definition_set: DefinitionSet, text: str, etag: str) -> tuple[TextReport, str]:
    """With the ETag of what is stored now, before anybody else changes it."""
    with transaction.atomic():
        report = apply_text(definition_set.name, text, etag)
        return report, etag if report.is_refused else etag_of(text_of(definition_set))


def _text(body: object) -> str:
    """A request without a body has no text."""
    if not isinstance(body, str):
        raise Problem("invalid", f"Send the text as {TEXT}; one comment alone empties a set.")
    return body


def _texts(body: Any) -> dict[str, str]:
    given = CheckSerializer(data=body)
    given.is_valid(raise_exception=True)
    texts: dict[str, str] = given.validated_data["texts"]
    if len(texts) > SETS_CHECKED_MAXIMUM or sum(map(len, texts.values())) > MOST_CHARACTERS:
        most = f"{SETS_CHECKED_MAXIMUM} texts with {MOST_CHARACTERS:,} characters in all"
        raise Problem("too_large", f"At most {most} are checked at once.", status=413)
    return texts


def _told(report: TextReport) -> list[dict[str, Any]]:
    own = [(one, report.text) for one in (*report.diagnostics, *report.failures)]
    return _listed([*own, *report.elsewhere])


def _listed(said: Iterable[tuple[Diagnostic, str]]) -> list[dict[str, Any]]:
    """`shown`: as the command line shows it."""
    return [{**to_json(one, text), "shown": render(one, text)} for one, text in said]
