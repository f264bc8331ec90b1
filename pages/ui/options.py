"""Streamlit's options that must hold, read back: Streamlit ignores some ways of setting them without a word."""

from streamlit import config

from core import starting
from core.settings import settings
from pages.ui import own_address

#: A string in `.streamlit/config.toml` here, a mapping when read back.
IDENTITY = {"x-concord-session": "session"}

MEGABYTES = 10

REQUIRED = {
    "browser.gatherUsageStats": False,
    "client.allowedOrigins": [],
    "client.disableDataExport": True,
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "minimal",
    "global.developmentMode": False,
    # Else a second run begins beside the first, in the same session.
    "runner.fastReruns": False,
    "runner.postScriptGC": False,
    "server.address": "127.0.0.1",
    "server.baseUrlPath": "",
    "server.corsAllowedOrigins": [],
    "server.disconnectedSessionTTL": 30,
    "server.enableAgentApi": False,
    "server.enableCORS": True,
    "server.enableStaticServing": False,
    "server.enableXsrfProtection": True,
    "server.fileWatcherType": "none",
    "server.maxUploadSize": MEGABYTES,
    "server.scriptHealthCheckEnabled": False,
    "server.trustedUserHeaders": IDENTITY,
}


def check() -> None:
    """End the start with one plain sentence where an option is not what the program needs."""
    for name, needed in REQUIRED.items():
        found = config.get_option(name)
        if _plain(found) != _plain(needed):
            section, _, option = name.partition(".")
            raise SystemExit(
                f"The option {option} in the section [{section}] of .streamlit/config.toml must be {_said(needed)}; "
                f"without it what people write here would not be safe. Please set it back and start again."
            )
    if any(config.get_option(name) != needed for name, needed in certificate().items()):
        # The server has read its own already: what is set now would come too late, and it would speak in the clear.
        raise starting.wrong("in_the_clear", address=settings().address)
    own_address.tell_streamlit()


def certificate() -> dict[str, str]:
    """What Streamlit must know of the program's own certificate; nothing where no proxy stands in front."""
    if not settings().tls:
        return {}
    return {
        "server.sslCertFile": str(settings().certificate_file),
        "server.sslKeyFile": str(settings().certificate_key_file),
    }


def _plain(value: object) -> object:
    """Streamlit reads "false" and "none" as words in some places and as values in others."""
    return value.lower() if isinstance(value, str) else value


def _said(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case dict():
            pairs = ", ".join(f'"{key}": "{kept}"' for key, kept in value.items())
            return "'{" + pairs + "}'"
        case str():
            return f'"{value}"'
        case _:
            return str(value)
