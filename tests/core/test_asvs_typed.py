"""OWASP ASVS 1, 2 and 15: what looks like a command, a pattern or a format is a text, on both databases (docs/asvs.md)."""

import ast
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4
from zipfile import ZipFile

import pytest
from docx import Document
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import clock, operations
from core.documents import read, word
from core.lists import Asked
from core.locale import Words
from core.models import Event, FileNote, Person, Role, Subject
from core.operations import agreements, case_lists, files, identifying, people, strikes
from core.operations.files import Contacts
from core.sign_in import factors
from tests.make import Make

SQL = (
    "'; DROP TABLE file_note; --",
    '" OR ""="',
    "x' OR '1'='1",
    "1); DELETE FROM event; --",
    "\\'; SELECT 1 --",
)
FORMATS = (
    "{0.__class__}",
    "{name.__init__.__globals__}",
    "{missing}",
    "%s%n%(x)s",
    "${7*7}",
    "{{ 7*7 }}",
    "{% raw %}",
)
ENCODED = ("%2527%253C", "&amp;lt;b&amp;gt;", "\\u0041\\x41", "%3Cscript%3E", "=?utf-8?q?=41?=", "a+b%20c")
XPATHS = ("' or '1'='1", "x'] | //*[local-name()='r", "</w:t></w:r>", "]]>")
PATTERNS = ("%", "_", "\\", ".*", "(a+)+$", "[", "a{2,}")
TYPED = (*SQL, *FORMATS, *ENCODED, *XPATHS, *PATTERNS)
ROOT = Path(operations.__file__).parents[2]


def test_whatever_is_typed_is_kept_as_it_was_typed_and_runs_nowhere(db: Session, make: Make) -> None:
    pair = make.pair()
    events = db.scalar(select(func.count()).select_from(Event)) or 0

    notes = {
        text: files.add_note(
            db, pair.vss, pair.case.id, topic="other", text_=text, source=text, written_on=clock.today()
        ).id
        for text in TYPED
    }
    her = files.add_subject(
        db,
        pair.vss,
        pair.case.id,
        kind=files.KINDS[pair.vss.kind][0],
        contacts=Contacts(name=SQL[0], address=SQL[2]),
    )
    db.expire_all()

    kept = {text: db.get_one(FileNote, note_id) for text, note_id in notes.items()}
    assert [(note.text, note.source) for note in kept.values()] == [(text, text) for text in kept]
    assert (db.get_one(Subject, her.id).name, db.get_one(Subject, her.id).address) == (SQL[0], SQL[2])
    assert (db.scalar(select(func.count()).select_from(Event)) or 0) > events
    assert len(files.mine(db, pair.vss, pair.case.id).notes) == len(TYPED)


@pytest.mark.parametrize("typed", [*SQL, *FORMATS, *ENCODED, *XPATHS])
def test_a_search_for_what_looks_like_a_command_finds_nothing_and_breaks_nothing(
    db: Session, make: Make, typed: str
) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, name="Mira Petrovic")

    found = case_lists.list_mine(db, pair.vss, Asked(typed, typed, 10))
    listed = agreements.search(db, pair.vss, Asked(typed, typed, 10))

    assert (found.total, listed.total) == (0, 0)
    assert case_lists.list_mine(db, pair.vss).total == 1


def test_signs_that_a_search_pattern_is_made_of_stand_for_themselves(db: Session, make: Make) -> None:
    pair = make.pair()
    pair.vss_file.reference = r"50%_of\it"
    pair.case.code = "K-2031-77"
    db.flush()

    hits = {typed: case_lists.list_mine(db, pair.vss, Asked(typed)).total for typed in PATTERNS}
    whole = case_lists.list_mine(db, pair.vss, Asked(r"50%_of\it")).total
    near = [
        case_lists.list_mine(db, pair.vss, Asked(typed)).total for typed in ("5%of", "K_2031", "50%%", "__")
    ]

    assert {typed for typed, total in hits.items() if total} == {"%", "_", "\\"}
    assert whole == 1
    assert near == [0, 0, 0, 0]


@pytest.mark.parametrize("name", ["Mira (a+)+$", "M.*ra", "[Mira", "Mir\\", "Mira|Jon", "Mi{2}ra"])
def test_a_name_with_signs_of_a_regular_expression_is_looked_for_as_it_is_written(
    db: Session, make: Make, name: str
) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, name=name)
    first = name.split(maxsplit=1)[0]

    assert identifying.found_in(db, pair.vss, pair.case.id, "Maria and Jonathan were there") == []
    if first[-1].isalnum() and first[0].isalnum():
        assert identifying.found_in(db, pair.vss, pair.case.id, f"{first} was there")
    assert strikes._pattern(name) is not None
    assert not strikes._pattern(name).search("Mxxra Jon and all")  # type: ignore[union-attr]


def test_no_sentence_reads_a_format_out_of_what_somebody_typed() -> None:
    words = Words()

    said = [words("error.action_not_yours", service=typed) for typed in FORMATS]

    assert said == [f"Only the people of {typed} say what became of this action." for typed in FORMATS]


def test_what_looks_like_a_query_of_the_document_stays_a_text_in_it(tmp_path: Path) -> None:
    template = tmp_path / "template.docx"
    page = Document()
    page.add_paragraph("{{ typed }}")
    page.save(str(template))

    for typed in (*XPATHS, *FORMATS):
        content = word.render(template, {"typed": typed}, title="x", language="en")

        assert [paragraph.text for paragraph in Document(BytesIO(content)).paragraphs] == [typed]


def test_documents_are_looked_through_by_fixed_paths_alone() -> None:
    asked = {
        (path.name, ast.unparse(node))
        for folder in ("core", "pages")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", "") in {"xpath", "XPath", "iterfind", "findtext"}
    }

    assert asked == {("page.py", "properties._element.xpath(f\"./*[local-name()='{stale}']\")")}
    fixed = 'for stale in ("created", "modified", "revision"):'
    assert fixed in (ROOT / "core" / "documents" / "page.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE w:document [<!ENTITY secret SYSTEM "file://{path}">]>',
        '<!DOCTYPE w:document [<!ENTITY % outer SYSTEM "file://{path}"> %outer;]>',
        '<!DOCTYPE w:document [<!ENTITY a "{path}"><!ENTITY secret "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    ],
)
def test_the_readers_of_word_files_fetch_nothing_and_unfold_nothing(tmp_path: Path, declared: str) -> None:
    told = tmp_path / "told.txt"
    told.write_text("what nobody should read", encoding="utf-8")
    template = tmp_path / "template.docx"
    template.write_bytes(_with_entity(declared.replace("{path}", str(told))))

    said = []
    readers: tuple[Callable[[], object], ...] = (
        lambda: read.paragraphs(template.read_bytes()),
        lambda: read.paragraphs(word.render(template, {"typed": "x"}, title="x", language="en")),
    )
    for reader in readers:
        try:
            said.append(str(reader()))
        except (ValueError, SyntaxError) as refused:
            said.append(type(refused).__name__)

    assert len(said) == 2
    assert [found for found in said if "what nobody should read" in found or str(told) * 2 in found] == []


def _with_entity(declaration: str) -> bytes:
    """A Word file of ours whose text is an entity."""
    plain, target = BytesIO(), BytesIO()
    page = Document()
    page.add_paragraph("{{ typed }} SECRET")
    page.save(plain)
    with ZipFile(plain) as old, ZipFile(target, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "word/document.xml":
                head, _, body = part.partition(b"?>")
                part = head + b"?>" + declaration.encode() + body.replace(b"SECRET", b"&secret;")
            new.writestr(name, part)
    return target.getvalue()


@pytest.mark.parametrize("name", ["a&issuer=evil", "a?b=c#d", "ü/../x", "a b%20c", "a:b@evil.example"])
def test_an_address_that_is_made_from_a_name_holds_it_as_a_name(name: str) -> None:
    made = urlsplit(factors.enrolment(factors.new_seed(), name).address)

    assert (made.scheme, made.netloc, made.fragment) == ("otpauth", "totp", "")
    assert unquote(made.path) == f"/Concord:{name}"
    assert parse_qs(made.query)["issuer"] == ["Concord"]
    assert set(parse_qs(made.query)) == {"secret", "issuer"}


def test_an_operation_takes_the_fields_that_it_names_and_no_others() -> None:
    found = [
        (path.stem, node)
        for path in sorted((ROOT / "core" / "operations").glob("*.py"))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]

    assert len(found) > 200
    # These three look texts over, and write none of them.
    assert {(noun, function.name) for noun, function in found if function.args.kwarg} == {
        ("identifying", "require_nameless"),
        ("meeting_frames", "nameless"),
        ("telling", "require_meant"),
    }


def test_a_field_that_is_not_of_the_form_is_refused_and_changes_nothing(db: Session, make: Make) -> None:
    pair = make.pair()
    ada = make.actor(pair.pp.service_id, Role.ADMINISTRATOR)
    him = db.get_one(Person, pair.pp.person_id)
    values = {"name": "x", "roles": {Role.CHAIR}, "job": "", "email": "", "phone": "", "version": him.version}

    for forged in ({"service_id": pair.vss.service_id}, {"id": uuid4()}, {"is_active": False}):
        with pytest.raises(TypeError):
            people.revise(db, ada, him.id, **values, **forged)  # type: ignore[arg-type]

    db.expire_all()
    assert db.get_one(Person, him.id).service_id == pair.pp.service_id
