"""What shows how she is reached, and what leaves the program, asks first whether it is still the same person."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.errors import NotAllowed, Unproved
from core.lists import Asked
from core.locale import Words
from core.models import BreakGlassGround, EmergencyGround, Event, Release, RequestKind, SubjectKind
from core.operations import (
    agreement_approvals,
    agreement_texts,
    agreements,
    breach_reports,
    break_glass,
    contact_cards,
    contact_flags,
    copies,
    digital_findings,
    digital_maps,
    digital_steps,
    emergencies,
    evidence,
    exports,
    files,
    invitations,
    joint_items,
    joint_spaces,
    minutes_documents,
    my_account,
    person_requests,
    phase_1_records,
    picture_documents,
    plan_documents,
    registers,
    releases,
    risk_documents,
    safety_actions,
    safety_plans,
    talk_records,
)
from core.operations.contact_flags import ContactField, ContactMark
from core.operations.picture_documents import Edition
from core.operations.releases import Basis, Terms
from core.store import Store
from tests.make import Make, Pair, share

HERS = (
    contact_cards.of_case,
    digital_findings.of_case,
    digital_maps.of_case,
    digital_steps.mine,
    evidence.of_case,
    registers.of_case,
    safety_actions.of_case,
    safety_plans.of_case,
)


@pytest.mark.parametrize(
    "document",
    [
        emergencies.sheet,
        invitations.document,
        minutes_documents.document,
        phase_1_records.document,
        plan_documents.document,
        risk_documents.document,
        breach_reports.document,
        talk_records.document,
    ],
)
def test_no_word_file_leaves_without_it(db: Session, make: Make, document: object) -> None:
    stale = replace(make.pair().pp, is_fresh=False)

    with pytest.raises(NotAllowed, match=r"error\.step_up"):
        document(db, stale, uuid4(), words=Words())  # type: ignore[operator]


def test_no_picture_leaves_without_it(db: Session, make: Make) -> None:
    pair = make.pair()

    for form in Edition:
        with pytest.raises(NotAllowed, match=r"error\.step_up"):
            picture_documents.document(
                db, replace(pair.vss, is_fresh=False), pair.case.id, words=Words(), form=form
            )


def test_no_agreement_and_no_list_leaves_without_it(db: Session, make: Make) -> None:
    stale = replace(make.pair().pp, is_fresh=False)

    for taken in (agreement_texts.document, agreement_approvals.signed_copy):
        with pytest.raises(NotAllowed, match=r"error\.step_up"):
            taken(db, stale, uuid4())
    with pytest.raises(NotAllowed, match=r"error\.step_up"):
        exports.table(
            db,
            stale,
            agreements.search,
            what="cases",
            asked=Asked("", "", 1),
            heads=[],
            cells=lambda _: [],
            form="csv",
        )


def test_names_and_contacts_are_not_shown_without_it(db: Session, make: Make) -> None:
    pair = make.pair()

    with pytest.raises(NotAllowed, match=r"error\.step_up"):
        files.reveal(db, replace(pair.vss, is_fresh=False), pair.case.id)
    assert files.reveal(db, pair.vss, pair.case.id).service_id == pair.vss.service_id


def test_nothing_leaves_without_consent_and_nobody_confirms_it_without_it(db: Session, make: Make) -> None:
    pair = make.pair()
    second = make.actor(pair.vss.service_id)
    make.assign(pair.case, second)
    note = make.note(pair.vss_file, pair.vss)
    about = make.subject(pair.vss_file)
    terms = Terms(about.id, "risk_assessment", Basis.DANGER, "He has found out where she goes on Mondays.")
    seen = joint_items.preview(db, pair.vss, note.id, text_="Said", terms=terms).digest

    with pytest.raises(NotAllowed, match=r"error\.step_up"), db.begin_nested():
        joint_items.share(db, make.stale(pair.vss), note.id, text_="Said", terms=terms, seen=seen)
    item = joint_items.share(db, pair.vss, note.id, text_="Said", terms=terms, seen=seen)
    release = db.scalars(select(Release).where(Release.item_id == item.id)).one()
    with pytest.raises(NotAllowed, match=r"error\.step_up"):
        releases.confirm(db, make.stale(second), release.id, version=release.version)
    assert item.released_at is None


def test_on_consent_something_leaves_without_it(db: Session, make: Make) -> None:
    pair = make.pair()
    note = make.note(pair.vss_file, pair.vss)

    assert share(db, make.stale(pair.vss), note.id, "Said").released_at is not None


def test_no_file_and_no_joint_space_is_opened_without_it(db: Session, make: Make) -> None:
    pair = make.pair(is_agreed=False)
    colleague = make.stale(make.actor(pair.vss.service_id))

    with pytest.raises(NotAllowed, match=r"error\.step_up"):
        break_glass.open_file(
            db, colleague, typed=pair.case.code, ground=BreakGlassGround.OTHER, reason="She called"
        )
    with pytest.raises(NotAllowed, match=r"error\.step_up"):
        joint_spaces.open_emergency(
            db, make.stale(pair.pp), pair.case.id, ground=EmergencyGround.ADULT, reason=""
        )
    make.agreement_in_force(pair, ends_on=clock.today() - timedelta(days=1))
    opening = joint_spaces.open_emergency(db, pair.pp, pair.case.id, ground=EmergencyGround.ADULT, reason="")
    with pytest.raises(NotAllowed, match=r"error\.step_up"):
        joint_spaces.confirm_emergency(
            db, make.stale(pair.vss), opening.id, reason="So do we", version=opening.version
        )


def test_my_password_and_second_step_are_not_changed_without_it(db: Session, make: Make) -> None:
    pp = make.pair().pp
    make.account(pp)
    stale, by_one = Make.stale(pp), replace(pp, is_certain=False)

    for actor in (stale, by_one):
        for change in (my_account.new_recovery_codes, my_account.new_factor):
            with pytest.raises(NotAllowed, match=r"error\.step_up_both"):
                change(db, actor)
    with pytest.raises(NotAllowed, match=r"error\.step_up"):
        my_account.change_password(
            db, stale, current="", password="nine swans below", again="nine swans below", attempt_id=uuid4()
        )
    with pytest.raises(NotAllowed, match=r"error\.step_up"):
        my_account.end_session(db, stale, uuid4())
    with pytest.raises(NotAllowed, match=r"error\.step_up"):
        my_account.end_others(db, stale, here=uuid4())
    with pytest.raises(NotAllowed, match=r"error\.step_up_both"):
        my_account.change_factor(db, by_one, seed="A" * 32, typed="000000", here=uuid4())


def _pair(own_store: Store) -> Pair:
    with own_store.writing.begin() as db:
        return Make(db).pair()


def _acts(own_store: Store, pair: Pair) -> set[str]:
    with own_store.reading.begin() as db:
        return set(db.scalars(select(Event.act).where(Event.person_id == pair.vss.person_id)))


def test_a_visit_to_what_is_kept_closest_begins_with_it_and_leaves_no_line_without_it(
    own_store: Store,
) -> None:
    pair = _pair(own_store)

    for operation in HERS:
        with pytest.raises(Unproved, match=r"error\.step_up"):
            own_store.read(operation, Make.stale(pair.vss), pair.case.id)
    before = _acts(own_store, pair)
    for operation in HERS:
        own_store.read(operation, pair.vss, pair.case.id)

    assert before == set()
    assert _acts(own_store, pair) == {"read_card", "read_digital", "read_register"}


@pytest.mark.parametrize("operation", [copies.pieces, copies.about])
def test_what_could_go_into_her_copy_is_not_read_without_it(
    own_store: Store, operation: Callable[..., object]
) -> None:
    with own_store.writing.begin() as db:
        make = Make(db)
        pair = make.pair()
        her = make.subject(pair.vss_file, SubjectKind.HER, name="Ana Bell", address="12 Quiet Lane")
        asked = person_requests.record(
            db, pair.vss, her.id, kind=RequestKind.ACCESS, asked_on=clock.today(), is_identified=True
        ).id

    with pytest.raises(Unproved, match=r"error\.step_up"):
        own_store.read(operation, Make.stale(pair.vss), asked)
    own_store.read(operation, pair.vss, asked)

    assert "read_copy" in _acts(own_store, pair)


def test_who_stays_at_it_is_asked_once_and_who_comes_back_later_anew(own_store: Store) -> None:
    pair = _pair(own_store)
    stale, began = Make.stale(pair.vss), clock.now()
    own_store.read(digital_maps.of_case, pair.vss, pair.case.id)

    for after in (8, 20, 44, 60):
        with time_machine.travel(began + timedelta(minutes=after), tick=False):
            own_store.read(evidence.of_case, stale, pair.case.id)
    with (
        time_machine.travel(began + timedelta(minutes=90), tick=False),
        pytest.raises(Unproved, match=r"error\.step_up"),
    ):
        own_store.read(evidence.of_case, stale, pair.case.id)


def test_the_programme_reads_its_own_part_and_its_register_is_as_close(own_store: Store) -> None:
    pair = _pair(own_store)

    assert own_store.read(digital_steps.mine, Make.stale(pair.pp), pair.case.id) == {}
    with pytest.raises(Unproved, match=r"error\.step_up"):
        own_store.read(registers.of_case, Make.stale(pair.pp), pair.case.id)


def test_contacts_leave_the_operation_only_with_it(own_store: Store) -> None:
    with own_store.writing.begin() as db:
        make = Make(db)
        pair = make.pair()
        her = make.subject(pair.vss_file, name="Wrenna", address="7 Finch Row, Marlen")
        her.safe_channel, her.messages_allowed, her.language = "Her colleague", True, "Arabic"
        contact_flags.flag(
            db,
            pair.vss,
            her.id,
            field=ContactField.ADDRESS,
            mark=ContactMark.UNSAFE,
            flagged_on=clock.today(),
        )

    def read(actor: Actor) -> str:
        held = own_store.read(files.mine, actor, pair.case.id).subjects
        card = own_store.read(contact_cards.of_case, actor, pair.case.id)
        plan = own_store.read(safety_plans.of_case, actor, pair.case.id)
        situation = own_store.read(emergencies.of_case, actor, pair.case.id)
        flags = own_store.read(contact_flags.of_case, actor, pair.case.id)
        assert not card.is_empty
        assert plan.has_channel
        people = [*held, card.her, plan.her, *situation.safe_contacts, flags[0].flag.subject]
        assert {(one.id, one.code, one.messages_allowed, one.language) for one in people if one} == {
            (her.id, her.code, True, "Arabic")
        }
        said = [(one.name, one.address, one.safe_channel) for one in people if one]
        return repr((said, flags[0].flag.value, [one.value for one in situation.flags]))

    sure, later = read(pair.vss), read(Make.stale(pair.vss))

    for word in ("Wrenna", "Finch Row", "Her colleague"):
        assert word in sure
        assert word not in later
