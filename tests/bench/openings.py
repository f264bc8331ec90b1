"""As whom each page is measured, and what its address names. A page that is missing here fails a test."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Opening:
    """Who opens a page, by their name in the example; which id its address names, and what it calls it."""

    person: str
    id: str = ""
    called: str = ""

    @property
    def name(self) -> str:
        return self.called or self.id


#: `case` is the case of five years, and what stands beside it is of that case; `younger` is the case of the story.
OPENINGS: Final = {
    "today": Opening("ivo"),
    "cases": Opening("ivo"),
    "meetings": Opening("ivo"),
    "actions": Opening("ivo"),
    "agreements": Opening("ivo"),
    "cooperation": Opening("ivo"),
    "talk": Opening("ivo", "cooperation"),
    "phase_1": Opening("ivo", "cooperation"),
    "glossary": Opening("ivo", "cooperation"),
    "training": Opening("ivo", "cooperation"),
    "review": Opening("ivo", "cooperation"),
    "case": Opening("ivo", "case"),
    "file": Opening("ivo", "case"),
    "note": Opening("ivo", "note"),
    "share": Opening("ivo", "note"),
    "consent": Opening("ivo", "case"),
    "must_not_receive": Opening("elena", "case"),
    "papers": Opening("ivo", "case"),
    "rights": Opening("ivo", "case"),
    "copy": Opening("ivo", "copy", "request"),
    "open_file": Opening("ivo"),
    "frame": Opening("ivo", "case"),
    "team": Opening("ivo", "case"),
    "history": Opening("ivo", "case"),
    "request": Opening("ivo", "request"),
    "phase": Opening("ivo", "case"),
    "timeline": Opening("ivo", "case"),
    "plan": Opening("ivo", "case"),
    "risk": Opening("ivo", "case"),
    "first_pass": Opening("ivo", "younger", "case"),
    "recidivism": Opening("ivo", "case"),
    "notices": Opening("ivo", "case"),
    "contact": Opening("elena", "case"),
    "picture": Opening("ivo", "case"),
    "digital": Opening("elena", "case"),
    "change": Opening("ivo", "case"),
    "answers": Opening("ivo", "response"),
    "closing": Opening("ivo", "case"),
    "emergency": Opening("ivo", "case"),
    "meeting": Opening("ivo", "meeting"),
    "plan_meeting": Opening("ivo", "case"),
    "table": Opening("ivo", "meeting"),
    "minutes": Opening("ivo", "held", "meeting"),
    "agreement": Opening("ivo", "agreement"),
    "draft": Opening("mira", "draft", "agreement"),
    "me": Opening("ivo"),
    "unread_notices": Opening("lea"),
    "keeping": Opening("dora"),
    "log": Opening("dora"),
    "services": Opening("ada"),
    "people": Opening("ada"),
    "protocol": Opening("ada"),
    "risk_list": Opening("ada"),
    "questionnaires": Opening("ada"),
    "upkeep": Opening("ada"),
}
