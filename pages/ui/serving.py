"""The start: `streamlit run app.py`, and over TLS wherever a proxy stands in front.

Streamlit reads its certificate before it reads a line of app.py, so the certificate is made here, and told to it.
"""

from collections.abc import Sequence

from streamlit.web import cli

from core import own_certificate, starting
from core.locale import Words
from core.settings import settings
from pages.ui import options


def serve(script: str, arguments: Sequence[str]) -> None:
    """Serve until somebody ends it; the arguments are those of `streamlit run`."""
    starting.leave_no_core_dumps()
    told = options.certificate()
    if told and own_certificate.ready(settings().certificate_file, settings().certificate_key_file):
        said = Words(settings().language)("start.new_certificate", file=settings().certificate_file)
        print(said, flush=True)  # noqa: T201  the terminal is where it belongs
    flags = [word for name, value in told.items() for word in (f"--{name}", value)]
    cli.main(["run", script, *flags, *arguments])
