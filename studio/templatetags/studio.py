"""Tags of Studio's templates."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

BUILD: Final = Path(__file__).resolve().parent.parent / "static" / "studio" / "build"
MANIFEST: Final = BUILD / "manifest.json"


@lru_cache(maxsize=4)
def _manifest(changed_ns: int) -> dict[str, Any]:  # noqa: ARG001 - the key: a new build is a new manifest
    found: dict[str, Any] = json.loads(MANIFEST.read_text())
    return found


def _styles(manifest: dict[str, Any], entry: str, seen: set[str]) -> list[str]:
    """An entry's style sheets and those of all that it imports, the imported ones first, each once."""
    if entry in seen:
        return []
    seen.add(entry)
    imported = [css for name in manifest[entry].get("imports", ()) for css in _styles(manifest, name, seen)]
    return [*imported, *manifest[entry].get("css", ())]


@register.simple_tag
def frontend(name: str) -> SafeString:
    """Tags of the built entry `src/{name}.ts`; empty where the front end is not built, and the page says so."""
    if not MANIFEST.exists():
        return SafeString("")
    manifest = _manifest(MANIFEST.stat().st_mtime_ns)
    entry = f"src/{name}.ts"
    styles = dict.fromkeys(_styles(manifest, entry, set()))
    links = format_html_join(
        "\n", '<link rel="stylesheet" href="{}">', ((static(f"studio/build/{s}"),) for s in styles)
    )
    script = static(f"studio/build/{manifest[entry]['file']}")
    return format_html('{}\n<script type="module" src="{}"></script>', links, script)


@register.simple_tag
def frontend_built() -> bool:
    return MANIFEST.exists()


@register.simple_tag
def early_script() -> SafeString:
    """The script that sets light or dark before anything is painted; so it is no module, which would be deferred."""
    if not MANIFEST.exists():
        return SafeString("")
    file = _manifest(MANIFEST.stat().st_mtime_ns)["src/early.ts"]["file"]
    return format_html('<script src="{}"></script>', static(f"studio/build/{file}"))


@register.simple_tag
def volatile_broker() -> bool:
    return bool(settings.DUCO_VOLATILE_BROKER)
