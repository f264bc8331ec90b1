"""The headers of every answer (design/sign-in.md gives the policy)."""

import base64
import gc
import hashlib
import re
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import streamlit
import uvicorn

from core.settings import settings

Header = tuple[bytes, bytes]

#: What no page of ours uses; the browser refuses it to every script, and to what somebody might smuggle in.
_REFUSED = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "clipboard-read",
    "display-capture",
    "encrypted-media",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "identity-credentials-get",
    "idle-detection",
    "keyboard-map",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "otp-credentials",
    "payment",
    "picture-in-picture",
    "publickey-credentials-create",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "storage-access",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)
#: Copying a first password, and a list on the whole screen.
_OURS_ALONE = ("clipboard-write", "fullscreen")
_YEAR = 365 * 24 * 3600
#: Behind TLS Streamlit's own cookies get the prefix that only this host can set; `cookies.py` has ours.
_PREFIX = b"__Host-"
_STREAMLITS = b"_streamlit_"


def _inline_script_hashes() -> list[str]:
    """The hashes of the inline scripts that the installed packages ship in their pages."""
    # The form library's cookie page is looked up without importing it: its import wants a running script.
    form_library = find_spec("extra_streamlit_components")
    folders = form_library.submodule_search_locations if form_library else None
    pages = [Path(streamlit.__file__).parent / "static" / "index.html"]
    for folder in folders or ():
        pages += Path(folder).glob("CookieManager/**/index.html")
    hashes = []
    for page in pages:
        for script in re.findall(r"<script>(.*?)</script>", page.read_text(encoding="utf-8"), re.DOTALL):
            digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
            hashes.append(f"'sha256-{digest}'")
    return hashes


@cache
def _policy() -> str:
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' blob: {' '.join(_inline_script_hashes())}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "media-src 'self' blob:",
            "worker-src 'self' blob:",
            "connect-src 'self'",
            "frame-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'self'",
            "object-src 'none'",
        ]
    )


def security_headers() -> list[Header]:
    permissions = [f"{name}=()" for name in _REFUSED] + [f"{name}=(self)" for name in _OURS_ALONE]
    headers = {
        "content-security-policy": _policy(),
        "x-content-type-options": "nosniff",
        "x-frame-options": "SAMEORIGIN",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": ", ".join(permissions),
    }
    if settings().tls:
        headers["strict-transport-security"] = f"max-age={_YEAR}"
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def answered(given: Iterable[Header], ours: list[Header], *, may_be_kept: bool) -> list[Header]:
    """The headers of an answer: ours stand for theirs, no other site is let in, and cookies are Secure behind TLS."""
    extra = ours if may_be_kept else [*ours, (b"cache-control", b"no-store")]
    replaced = {name for name, _ in extra} | {b"server"}
    kept = []
    for name, value in given:
        lower = name.lower()
        if lower in replaced or lower.startswith(b"access-control-"):
            continue
        kept.append((name, _said(lower, value)))
    return [*kept, *extra]


def _said(name: bytes, value: bytes) -> bytes:
    match name:
        case b"set-cookie":
            return _secured(value)
        case b"content-type" if value == b"application/javascript":
            return b"text/javascript; charset=utf-8"
        case b"content-type" if value.startswith(b"text/") and b"charset" not in value:
            return value + b"; charset=utf-8"
        case _:
            return value


def _secured(cookie: bytes) -> bytes:
    """Behind TLS a cookie is Secure, and its name says that no other host has set it."""
    if not settings().tls:
        return cookie
    if cookie.startswith(_STREAMLITS):
        cookie = _PREFIX + cookie
    if b"secure" not in {part.strip().lower() for part in cookie.split(b";")}:
        cookie += b"; Secure"
    return cookie


def unprefixed(cookies: bytes) -> bytes:
    """What a browser sends, with Streamlit's cookies under the names that Streamlit knows; one without prefix is dropped.

    Its scripts find them under either name: they look for the name at the beginning of a word.
    """
    if not settings().tls:
        return cookies
    pairs = [pair.strip() for pair in cookies.split(b";")]
    ours = [pair for pair in pairs if not pair.startswith(_STREAMLITS)]
    return b"; ".join(
        pair.removeprefix(_PREFIX) if pair.startswith(_PREFIX + _STREAMLITS) else pair for pair in ours
    )


def hide_the_server() -> None:
    """Keep uvicorn from naming itself: it does so after the last of our headers, and Streamlit configures it."""
    for found in gc.get_objects():
        if type(found) is uvicorn.Config:
            found.encoded_headers[:] = [header for header in found.encoded_headers if header[0] != b"server"]
