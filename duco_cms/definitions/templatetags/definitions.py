"""How pages tell of definitions."""

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from duco_cms.definitions.breaking import readers_in

register = template.Library()


@register.filter
def readers_linked(change: object) -> SafeString:
    """A breaking change as a text, with its readers as links to the rules of these names."""
    before, readers = readers_in(str(change))
    if not readers:
        return format_html("{}", before)
    links = ((kind, _rules_named(name), name) for kind, name in readers)
    listed = format_html_join(", ", '{} <a class="underline" href="{}">{}</a>', links)
    return format_html("{} (read by {})", before, listed)


def _rules_named(name: str) -> str:
    """The list of rules; in quotes are words that belong together."""
    search = urlencode({"q": f'"{name}"'})
    return f"{reverse('admin:definitions_rule_changelist')}?{search}"
