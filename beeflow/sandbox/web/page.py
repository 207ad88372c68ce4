"""The page at `/_sandbox`: three files, served with a policy that lets nothing else in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from beeflow.sandbox import page

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler

_FOLDER = Path(page.__file__).parent
_FILES = {
    "/_sandbox": ("index.html", "text/html"),
    "/_sandbox/style.css": ("style.css", "text/css"),
    "/_sandbox/script.js": ("script.js", "text/javascript"),
}
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def add_routes(app: web.Application) -> None:
    """Add the page and what it is made of."""
    for path, (name, kind) in _FILES.items():
        app.router.add_get(path, _serving((_FOLDER / name).read_text("utf-8"), kind))


def _serving(text: str, kind: str) -> Handler:
    async def serve(_request: web.Request) -> web.StreamResponse:
        return web.Response(text=text, content_type=kind, headers=_HEADERS)

    return serve
