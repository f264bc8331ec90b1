"""The log as sentences: when, who, what, in which case, and since when they were signed in."""

from core.exports import Cell
from core.locale import Words
from core.operations.access_log import EventKind, Line
from pages.ui import event_words

COLUMNS = ("at", "who", "service", "what", "case", "session")


def cells(line: Line, t: Words) -> list[Cell]:
    """One row as it is read on the screen and in a file."""
    at = t.moment(line.at) if line.at else t.day(line.on)
    who = line.person or t("log.nobody")
    session = t.moment(line.session) if line.session else ""
    return [at, who, line.service, what(line, t), line.code, session]


def what(line: Line, t: Words) -> str:
    """What they did, in words."""
    if line.kind is EventKind.DENIED and line.subject != "person":
        noun = f"log.noun.{line.subject}"
        return t(f"log.{line.act}", what=t(noun if t.has(noun) else "log.noun.any"))
    said = event_words.did(t, line.subject, line.act)
    about = line.about if line.about != line.person else ""
    return t("log.about", what=said, name=about) if about else said
