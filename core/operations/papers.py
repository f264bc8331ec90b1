"""A document as it would leave, and how somebody wants it to leave."""

import re
from dataclasses import dataclass
from uuid import UUID

from core.content.recipients import Recipient
from core.db import Record
from core.documents import read
from core.documents.kinds import DocumentKind
from core.documents.locked import Lock
from core.models import Barred, ContactMark, Person, Service

#: Signs of the shortest number, or room, that is looked for as itself.
SHORTEST = 4


@dataclass(frozen=True)
class Sending:
    """How a document is to leave; without a recipient, to whom it usually goes."""

    recipient: Recipient | None = None
    #: It leaves locked, and this opens it; empty: as it is.
    passphrase: str = ""
    #: Why it leaves though a register stops it.
    anyway: str = ""
    #: By what it is locked; None: by the first that is offered for its kind of file.
    lock: Lock | None = None


#: As it usually goes.
USUAL = Sending()


@dataclass(frozen=True)
class Paper:
    """A document as it would leave: made, and still here."""

    kind: DocumentKind
    recipient: Recipient
    content: bytes
    record: Record
    act: str
    case_id: UUID | None = None
    extension: str = "docx"
    #: Among whom can be chosen.
    choices: tuple[Recipient, ...] = ()
    #: Who gets it besides the workers of the services that are its recipients.
    people: tuple[Person, ...] = ()
    services: tuple[Service, ...] = ()
    #: Where it leads to, or is sent to.
    places: tuple[str, ...] = ()
    #: What stands in it by right, so that the check passes over it.
    expected: tuple[str, ...] = ()
    #: The Word file in what is packed.
    packed: bytes = b""
    #: It goes to him though it is no paper for him: the copy of his own data.
    is_his_copy: bool = False
    #: It opens with a passphrase already.
    is_locked: bool = False

    @property
    def lines(self) -> list[read.Line]:
        word = self.content if self.extension == "docx" else self.packed
        return read.lines(word) if word else []

    @property
    def said(self) -> str:
        """What can be read in it; a PDF that was filed and a table of numbers are not looked through."""
        found = "\n".join(line.text for line in self.lines)
        if self.extension in {"ics", "csv"}:
            found = self.content.decode("utf-8-sig")
        for known in filter(_is_telling, self.expected):
            # Whole words: where "Ana" is the name of the person, "Anastasia Street" is still an address.
            found = re.sub(rf"(?<!\w){re.escape(known)}(?!\w)", "", found)
        return found


def _is_telling(known: str) -> bool:
    """Can it be taken out of a text? A room that is called "3" stands in every telephone number."""
    return bool(known) and (len(known) >= SHORTEST or known.isalpha())


@dataclass(frozen=True)
class Stop:
    """Why a document does not leave. What the register says is for who may read the file; others get no word of it."""

    kind: Barred | ContactMark
    about: str = ""
    whom: str = ""
    why: str = ""
    #: Towards him nothing goes on.
    is_final: bool = False
    #: Nobody knows any more whom the register named.
    is_lost: bool = False
