"""Who may talk to the server: the browser that was given the printed address, and no other page in it.

Every request must name this host, so that no foreign name can be bound to it, and hold the secret token; one
that changes something must also come from a page of this server. Answers forbid the browser to load or send
anything elsewhere.
"""

from __future__ import annotations

import secrets
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_READING = frozenset(("GET", "HEAD"))


class Guard:
    """Lets requests through to an application that may come.

    Parameters
    ----------
    app : ASGI application
    port : int
        Of the server.
    token : str
        The secret; the printed address has it.
    """

    def __init__(self, app: ASGIApp, *, port: int, token: str) -> None:
        self.app, self.token = app, token
        self.hosts = frozenset(f"{name}:{port}" for name in ("127.0.0.1", "localhost"))
        # Browsers do not tell ports apart when they send cookies.
        self.cookie = f"ocr-{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answer = self._refusal(scope) or self._welcome(scope)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
            await send(message)

        await (answer or self.app)(scope, receive, send_guarded)

    def _refusal(self, scope: Scope) -> Response | None:
        """Return why a request is refused, or None."""
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        if host not in self.hosts:
            return PlainTextResponse("This server answers to its own address only.\n", 421)
        if origin is not None and origin != f"http://{host}":
            return PlainTextResponse("Another page may not use this server.\n", 403)
        # Browsers send Origin with every request of a script that changes something.
        if scope["method"] not in _READING and origin is None:
            return PlainTextResponse("The request does not say which page sent it.\n", 403)
        if not self._is_known(scope, headers):
            return PlainTextResponse("Open the address that 'ocr serve' printed, with its token.\n", 403)
        return None

    def _is_known(self, scope: Scope, headers: Headers) -> bool:
        cookie = SimpleCookie()
        try:
            cookie.load(headers.get("cookie", ""))
        except CookieError:
            return False
        held = cookie[self.cookie].value if self.cookie in cookie else ""
        return _same(held, self.token) or _same(_asked_token(scope), self.token)

    def _welcome(self, scope: Scope) -> Response | None:
        """Return a redirect that keeps the token as a cookie and takes it out of the address, or None."""
        if scope["path"] != "/" or not _asked_token(scope):
            return None
        answer = RedirectResponse("/", 303)
        answer.set_cookie(self.cookie, self.token, httponly=True, samesite="strict")
        return answer


def _asked_token(scope: Scope) -> str:
    query = scope.get("query_string", b"").decode("latin-1")
    return query.removeprefix("token=") if scope["path"] == "/" and query.startswith("token=") else ""


def _same(first: str, second: str) -> bool:
    """Compare two secrets in the same time whether they differ early or late."""
    return secrets.compare_digest(first.encode(), second.encode())
