"""The lines of the console: one JSON object each, with the time in UTC, so that any program that collects logs reads them."""

import json
import logging
from datetime import UTC, datetime

#: All of ours say what they say by this name.
NAME = "concord"


class Lines(logging.Formatter):
    """When, how serious, and what; a line of the program itself never holds what somebody typed."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        return json.dumps({"at": at, "level": record.levelname.lower(), "said": record.getMessage()})


def begin() -> None:
    """Write the lines of this process to its console; safe to repeat."""
    log = logging.getLogger(NAME)
    if not any(isinstance(handler.formatter, Lines) for handler in log.handlers):
        handler = logging.StreamHandler()
        handler.setFormatter(Lines())
        log.addHandler(handler)
