"""Where this program answers: the names of this machine, and the one address behind a TLS proxy.

A foreign name in the Host header is a page that has been pointed at this machine (DNS rebinding); a foreign Origin
is another site that speaks in a signed-in person's browser.
"""

from urllib.parse import urlsplit

from streamlit import config

from core.settings import settings

LOCAL = ("127.0.0.1", "localhost")


def hosts() -> tuple[str, ...]:
    own = urlsplit(settings().address).hostname
    return (*LOCAL, own) if own else LOCAL


def is_ours(host: str) -> bool:
    """Does a request that names this host mean us?"""
    try:
        found = urlsplit(f"//{host}")
        _ = found.port
    except ValueError:
        return False
    return found.netloc == host and "@" not in host and found.hostname in hosts()


def is_own_origin(origin: str, host: str) -> bool:
    """Does a page that was served from here ask? `host` is one of ours."""
    if origin == settings().address:
        return bool(origin)
    scheme = "https" if settings().tls else "http"
    return urlsplit(f"//{host}").hostname in LOCAL and origin == f"{scheme}://{host}"


def tell_streamlit() -> None:
    """Streamlit asks for the host of a socket a second time."""
    config.set_option("server.allowedHosts", list(hosts()))
