"""Every kind of document, made from texts that mean harm and read back: the text as it was typed, nothing beside it.

A Word file is made twice: once with a mark in the place of each text, once with harm in its place. Of the two every
paragraph must be in its place, in its style, and say exactly what the first says with the texts for the marks.
"""

import csv
import io
import json
import random
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import Enum
from functools import partial
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import icalendar
import pyzipper
from lxml import etree
from sqlalchemy.orm import Session

from core import exports, keys, text
from core.access import Actor
from core.content.agreements import load
from core.documents import agreement
from core.documents.agreement import AgreementDraft, ClauseState, OwnClause
from core.documents.kinds import DocumentKind, Recipient
from core.documents.read import Line, lines
from core.documents.text import clean, one_line
from core.errors import CoreError, Invalid
from core.exports import Format
from core.lists import Asked, Found
from core.models import Agreement, FileNote, Meeting, MustNotReceive, Person, Role, ServiceExport
from core.moving import INSIDE
from core.operations import (
    agreement_approvals,
    agreement_texts,
    emergencies,
    invitations,
    minutes_documents,
    notice_texts,
    phase_1_records,
    plan_documents,
    service_exports,
    talk_records,
)
from core.operations import exports as lists_out
from core.sealed import SEALED, SealedText
from tests import agreement_steps as steps
from tests.core.access_world import World
from tests.core.documents import agreement_samples, samples

#: What is told apart by the program and printed nowhere.
_NOT_TYPED = frozenset({"language", "use_rule"})
_MARK = re.compile(r"qz\d{5}zq")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
#: The number of a page and how many there are: what the foot of each template has.
_FIELDS = frozenset({"PAGE", "NUMPAGES"})
Typed = Callable[[random.Random], str]
Records = Mapping[type[Any], Sequence[Any]]


@dataclass
class Spoiling:
    """Puts a mark in the place of every text of a document, or the harm that belongs to the mark; the same for the same."""

    chance: random.Random
    typed: Typed
    texts: dict[str, str] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)

    def mark(self, said: str) -> str:
        """The mark that stands for a text."""
        if not said.strip():
            return said
        if said not in self.marks:
            mark = f"qz{len(self.marks):05}zq"
            self.marks[said], self.texts[mark] = mark, self._harm()
        return self.marks[said]

    def _harm(self) -> str:
        """A text of which something is left: an empty one is left out, and would move the others."""
        while True:
            text = self.typed(self.chance)[:2000]
            if one_line(text):
                return text

    def harm(self, text: str) -> str:
        return self.texts[self.mark(text)] if text.strip() else text


def spoiled(value: Any, say: Callable[[str], str], name: str = "") -> Any:
    """The same with every text said otherwise; what the program tells apart stays."""
    if name in _NOT_TYPED or isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return say(value)
    if isinstance(value, tuple | list):
        return type(value)(spoiled(one, say) for one in value)
    if isinstance(value, Mapping):
        return {key: spoiled(one, say) for key, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value,
            **{
                one.name: spoiled(getattr(value, one.name), say, one.name)
                for one in fields(value)
                if one.init
            },
        )
    return value


# --- Word ----------------------------------------------------------------------------------------------------------


def check_sound(document: bytes) -> None:
    """A Word file: every part well formed, no field but the numbers of pages, nothing that leads out of it."""
    strict = etree.XMLParser(resolve_entities=False, no_network=True)
    with zipfile.ZipFile(io.BytesIO(document)) as parts:
        for name in parts.namelist():
            if not name.endswith((".xml", ".rels")):
                continue
            root = etree.fromstring(parts.read(name), strict)
            for sign in ("fldChar", "instrText"):
                assert root.find(f".//{_W}{sign}") is None, (name, sign)
            asked = {one.get(f"{_W}instr") for one in root.iter(f"{_W}fldSimple")}
            assert asked <= _FIELDS, (name, asked)
            out = [one.get("Target") for one in root.iter(_RELATION) if one.get("TargetMode") == "External"]
            assert out == [], (name, out)


def check_words(marked: bytes, harmed: bytes, texts: Mapping[str, str]) -> None:
    """Paragraph by paragraph the same, with each text in the place of its mark, sign by sign."""
    plain, harmful = lines(marked), lines(harmed)
    assert [one.style for one in harmful] == [one.style for one in plain]
    for expected, found in zip(plain, harmful, strict=True):
        assert found.text in _said(expected, texts), (expected, found)


def _said(line: Line, texts: Mapping[str, str]) -> set[str]:
    """As it was typed; a title, a name or a heading that must be on one line is put on one."""

    def said(tidy: Callable[[str], str]) -> str:
        return _MARK.sub(lambda found: tidy(texts[found[0]]), line.text)

    # A text is kept without the blanks at its ends; of one that was not, those before the end of a paragraph go.
    bare, ended = said(lambda text: clean(text).strip()), said(lambda text: clean(text).rstrip())
    return {said(clean), said(one_line), bare, ended}


def word(kind: DocumentKind, chance: random.Random, typed: Typed) -> None:
    """One kind of Word document but the agreements."""
    spoiling = Spoiling(chance, typed)
    marked = samples.makers(partial(spoiled, say=spoiling.mark))[kind]()
    harmed = samples.makers(partial(spoiled, say=spoiling.harm))[kind]()
    assert spoiling.marks, kind
    check_sound(harmed)
    check_words(marked, harmed, spoiling.texts)


def agreed(kind: DocumentKind, chance: random.Random, typed: Typed) -> None:
    """An agreement whose free answers, whose own clause and whose note mean harm."""
    spoiling = Spoiling(chance, typed)
    content = load(kind.value.removesuffix("_agreement"))
    free = {ask.id for ask in content.asks if ask.kind in {"text", "long_text"}}
    assert free

    def draft(say: Callable[[str], str]) -> AgreementDraft:
        answers = {
            ask.id: say(f"{ask.id} {agreement_samples.answer(ask)}") if ask.id in free else agreement_samples.answer(ask)
            for ask in content.asks
        }  # fmt: skip
        own = OwnClause(
            "own",
            content.chapters[-1].id,
            f"What we agree: {one_line(say('of our own'))}",
            state=ClauseState.CONTESTED,
            note=say("not so"),
        )
        return AgreementDraft(content=content, answers=answers, own=(own,))

    made = [
        agreement.make(draft(say), Recipient.JOINT, samples.words, samples.PRINTED)
        for say in (spoiling.mark, spoiling.harm)
    ]
    check_sound(made[1])
    check_words(made[0], made[1], spoiling.texts)


# --- What is no Word file ------------------------------------------------------------------------------------------


def calendar(world: World, chance: random.Random, typed: Typed) -> None:
    """One entry with the properties of a harmless one, and the place as it was typed."""
    place = taken(chance, typed)
    world.db.get_one(Meeting, world.ids["meeting"]).place = place
    made = invitations.calendar(world.db, world.pair.vss, world.ids["meeting"], words=world.words)
    entry = icalendar.Calendar.from_ical(made)
    assert [part.name for part in entry.walk()] == ["VCALENDAR", "VEVENT"]
    assert str(entry.walk()[1]["LOCATION"]) == place
    told = [line.partition(b":")[0].partition(b";")[0] for line in made.replace(b"\r\n ", b"").split(b"\r\n")]
    assert sorted(told) == sorted(_PROPERTIES), set(told) ^ set(_PROPERTIES)


#: Each once, of the calendar and of the entry; BEGIN and END of both, and the end of the last line.
_PROPERTIES = (
    *(
        b"BEGIN",
        b"BEGIN",
        b"VERSION",
        b"PRODID",
        b"METHOD",
        b"UID",
        b"SEQUENCE",
        b"DTSTAMP",
        b"DTSTART",
        b"DTEND",
    ),
    *(b"SUMMARY", b"LOCATION", b"DESCRIPTION", b"CLASS", b"STATUS", b"ORGANIZER", b"END", b"END", b""),
)


def taken(chance: random.Random, typed: Typed) -> str:
    """A line that means harm and that an operation takes."""
    while True:
        try:
            return text.line(typed(chance), field="place")
        except Invalid:
            continue


def signed(world: World, chance: random.Random, typed: Typed) -> None:
    """The signed paper is given back as it was filed, byte by byte."""
    db, pair = world.db, world.pair
    paper = steps.PDF + typed(chance)[:1000].encode("utf-8", "surrogatepass")
    draft = db.get_one(Agreement, world.ids["draft"])
    steps.complete(db, pair.pp, draft)
    steps.approve(db, draft, pair.pp, pair.vss)
    number = steps.newest(db, pair.pp, draft)
    agreement_approvals.file_signed(db, pair.vss, draft.id, data=paper, number=number)
    assert agreement_approvals.signed_copy(db, pair.vss, draft.id) == paper


def table(world: World, chance: random.Random, typed: Typed, *, what: str) -> None:
    """A list: as many rows and cells as were given, each as it was typed, none that a spreadsheet would run."""
    rows = [[taken(chance, typed) for _ in range(3)] for _ in range(3)]
    form: Format = chance.choice(("csv", "xlsx"))

    def find(db: Session, actor: Actor, asked: Asked) -> Found[list[str]]:
        return Found(rows, len(rows))

    asked, heads = Asked(limit=50), [f"Head {number}" for number in range(3)]
    made = lists_out.table(
        world.db, world.pair.vss, find, what=what, asked=asked, heads=heads, cells=list, form=form
    )
    if form == "xlsx":
        check_book(made)
        return
    read = list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline="")))
    assert read == [heads, *([exports.harmless(cell) for cell in row] for row in rows)]
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for row in read for cell in row)


def check_book(book: bytes) -> None:
    """A workbook: well formed, no formula, no link."""
    strict = etree.XMLParser(resolve_entities=False, no_network=True)
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        for name in parts.namelist():
            root = etree.fromstring(parts.read(name), strict)
            assert not [one for one in root.iter() if etree.QName(one).localname in {"f", "hyperlink"}], name


def whole_service(world: World, chance: random.Random, typed: Typed) -> None:
    """All of a service: every list in it is whole, and a note says what was typed."""
    db, side = world.db, world.sides[world.pair.vss.kind]
    note, said = db.get_one(FileNote, side.ids["note"]), taken(chance, typed)
    note.text = said
    export = db.get_one(ServiceExport, side.ids["leaving"])
    second = world.make.actor(side.service_id, Role.DATA_PROTECTION)
    service_exports.confirm(db, second, export.id, version=export.version)
    with TemporaryDirectory() as name:
        folder = Path(name)
        service_exports.make(db, second, export.id, folder=folder, words=world.words)
        made = service_exports.document(db, second, export.id, folder=folder)
    with pyzipper.AESZipFile(io.BytesIO(made)) as outer:
        outer.setpassword(f"{export.asked_half}-{export.confirmed_half}".encode())
        packed = zipfile.ZipFile(io.BytesIO(outer.read(INSIDE)))
    held = {one: json.loads(packed.read(one)) for one in packed.namelist() if one.endswith(".json")}
    assert said in [one.get("text") for one in held["records/file_note.json"]]


# --- From the records of a world -----------------------------------------------------------------------------------

#: How a document is made by its operation, from records that hold harm.
_FROM_RECORDS: dict[str, Callable[[World], bytes]] = {
    "minutes of a meeting": lambda world: minutes_documents.document(
        world.db, world.pair.vss, world.ids["held"], words=world.words
    ),
    "plan of a case": lambda world: plan_documents.document(
        world.db, world.pair.vss, world.pair.case.id, words=world.words
    ),
    "invitation to a meeting": lambda world: invitations.document(
        world.db, world.pair.vss, world.ids["meeting"], words=world.words
    ),
    "calendar of a meeting": lambda world: invitations.calendar(
        world.db, world.pair.vss, world.ids["meeting"], words=world.words
    ),
    "draft of an agreement": lambda world: agreement_texts.document(
        world.db, world.pair.vss, world.ids["draft"], zone="UTC"
    ),
    "phase 1 of two services": lambda world: phase_1_records.document(
        world.db, world.pair.vss, world.pair.case.cooperation_id, words=world.words
    ),
    "talk of two services": lambda world: talk_records.document(
        world.db, world.pair.vss, world.pair.case.cooperation_id, words=world.words
    ),
    "emergency sheet of a case": lambda world: emergencies.sheet(
        world.db, world.pair.vss, world.pair.case.id, words=world.words
    ),
}
#: What is read with them and does not lie sealed.
_PLAIN_TEXTS = ("title", "place")


def spoil(world: World, records: Records, chance: random.Random, typed: Typed) -> None:
    """Put a harmful text of the kind that is taken into every text that a document may show.

    Not into the registers of who must not receive what: a sign alone in one of them rightly stops every paper.
    """
    for model, found in records.items():
        if model is MustNotReceive:
            continue
        sealed = [name for name, kind in SEALED.get(model, {}).items() if type(kind) is SealedText]
        names = (*sealed, *_PLAIN_TEXTS, *(("name",) if model is Person else ()))
        for record, name in product(found, names):
            if isinstance(was := getattr(record, name, None), str):
                try:
                    harm = text.text(typed(chance), field=name, longest=2000)
                except CoreError:
                    continue
                setattr(record, name, _in_its_form(was, harm))
    world.db.flush()


def _in_its_form(was: str, harm: str) -> str:
    """The harm in the place of a text; what is typed into a notice lies in a form of the program's own, and stays in it."""
    try:
        said = notice_texts.read(was)
    except (ValueError, TypeError, KeyError):
        return harm
    return notice_texts.write(replace(said, facts=harm, done=harm, asked=harm))


def from_records(name: str, world: World, records: Records, chance: random.Random, typed: Typed) -> None:
    spoil(world, records, chance, typed)
    keys.of(world.db, world.pair.vss)
    made = _FROM_RECORDS[name](world)
    if made[:2] == b"PK":
        check_sound(made)


# --- Each in its turn ----------------------------------------------------------------------------------------------

_AGREEMENTS = (DocumentKind.CASE_AGREEMENT, DocumentKind.ORGANISATION_AGREEMENT)
_IN_A_WORLD: dict[DocumentKind, Callable[[World, random.Random, Typed], None]] = {
    DocumentKind.CALENDAR_ENTRY: calendar,
    DocumentKind.SIGNED_AGREEMENT: signed,
    DocumentKind.LIST: partial(table, what="cases"),
    DocumentKind.LOG: partial(table, what="log"),
    DocumentKind.SERVICE_EXPORT: whole_service,
}
#: Every kind of document that there is, and the ways from records to one of them.
MAKERS = (*(kind.value for kind in DocumentKind), *_FROM_RECORDS)


def make(name: str, world: World, records: Records, chance: random.Random, typed: Typed) -> None:
    """One document from texts that mean harm, read back.

    Raises AssertionError where it says anything else, or holds more.
    """
    if name in _FROM_RECORDS:
        from_records(name, world, records, chance, typed)
        return
    kind = DocumentKind(name)
    if kind in _IN_A_WORLD:
        _IN_A_WORLD[kind](world, chance, typed)
    else:
        (agreed if kind in _AGREEMENTS else word)(kind, chance, typed)
