"""Read by Python itself at the start of a server under test: writes down each connection that the program opens."""

import os
import sys

_LOG = os.environ["CONCORD_TRIPWIRE"]


def _watch(event: str, args: tuple[object, ...]) -> None:
    if event == "socket.connect":
        _write(f"connect {args[1]!r}")
    elif event in {"socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}:
        _write(f"{event} {args[0]!r}" if event != "socket.sendto" else f"sendto {args[1]!r}")


def _write(line: str) -> None:
    with open(_LOG, "a", encoding="utf-8") as log:  # noqa: PTH123  before pathlib is there
        log.write(line + "\n")


_write("watching")
sys.addaudithook(_watch)
