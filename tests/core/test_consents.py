"""Consent and release: nothing leaves a file without a ground that bears it, and what loses its ground leaves again."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.content import consent_purposes
from core.content.protocols import Side
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import Event, EventKind, JointItem, NoticeKind, Release, Role, Subject, SubjectKind
from core.operations import case_lists, consents, joint_items, my_account, releases, risk_boards, today
from core.operations.consents import ConsentState, Known, Said
from core.operations.joint_items import UseRule
from core.operations.releases import Basis, Terms
from tests import notices, risk
from tests.make import OPEN_TO, Make, Pair, consented, terms
from tests.make import share as share_agreed

WHY = "He has a weapon and knows the way to her door."
YES = Said(ConsentState.GIVEN, how_asked="Alone with her", was_safe=Known.YES)
PURPOSE = "risk_assessment"


def said(state: ConsentState, **other: object) -> Said:
    answer = replace(YES, state=state, asked_on=clock.today())
    if state is ConsentState.GIVEN_EXCEPT:
        answer = replace(answer, exceptions="Nothing of her work")
    return replace(answer, **other)  # type: ignore[arg-type]


def record(db: Session, pair: Pair, her: Subject, state: ConsentState, **other: object) -> consents.Recorded:
    return consents.record(db, pair.vss, her.id, purpose=PURPOSE, said=said(state, **other))


def share(db: Session, actor: Actor, note_id: UUID, on: Terms, text: str = "He shouted.") -> JointItem:
    seen = joint_items.preview(db, actor, note_id, text_=text, terms=on).digest
    return joint_items.share(db, actor, note_id, text_=text, terms=on, seen=seen)


def read_by(db: Session, actor: Actor, pair: Pair) -> list[str]:
    return [item.text for item in joint_items.list_of_case(db, actor, pair.case.id)]


def hers(make: Make) -> tuple[Pair, Subject, UUID]:
    pair = make.pair()
    her = make.subject(pair.vss_file)
    return pair, her, make.note(pair.vss_file, pair.vss).id


def test_every_purpose_has_words_of_its_own_and_a_source() -> None:
    found = consent_purposes.load()

    assert {"risk_assessment", "meetings", "change_questionnaires", "action_plan", "other_agencies"} <= {
        purpose.id for purpose in found.of(Side.VSS)
    }
    assert "programme_conditions" in {purpose.id for purpose in found.of(Side.PP)}
    assert "programme_conditions" not in {purpose.id for purpose in found.of(Side.VSS)}
    assert found.purpose("meetings").source
    with pytest.raises(KeyError):
        found.purpose("gossip")


def test_an_answer_stands_above_the_earlier_ones_and_replaces_none(db: Session, make: Make) -> None:
    pair, her, _ = hers(make)

    record(db, pair, her, ConsentState.GIVEN)
    record(db, pair, her, ConsentState.REFUSED)

    standing = next(one for one in consents.of_file(db, pair.vss, pair.case.id) if one.purpose == PURPOSE)
    assert [one.state for one in standing.history] == [ConsentState.REFUSED, ConsentState.GIVEN]
    assert standing.state is ConsentState.REFUSED
    assert {one.state for one in consents.of_file(db, pair.vss, pair.case.id)} == {
        ConsentState.REFUSED,
        ConsentState.NOT_ASKED,
    }


@pytest.mark.parametrize(
    ("answer", "field", "error"),
    [
        (said(ConsentState.GIVEN, was_safe=Known.NO), "was_safe", r"consent\.not_safe"),
        (said(ConsentState.GIVEN, how_asked=" "), "how_asked", r"error\.empty"),
        (said(ConsentState.GIVEN_EXCEPT, exceptions=""), "exceptions", r"error\.empty"),
        (said(ConsentState.GIVEN, asked_on=None), "asked_on", r"error\.no_date"),
        (said(ConsentState.REFUSED, asked_on=date(2190, 1, 1)), "asked_on", r"future_date"),
        (said(ConsentState.GIVEN, valid_until=date(1990, 1, 1)), "valid_until", r"dates_out_of_order"),
    ],
)
def test_an_answer_that_lacks_something_is_refused_beside_its_field(
    db: Session, make: Make, answer: Said, field: str, error: str
) -> None:
    pair, her, _ = hers(make)

    with pytest.raises(Invalid, match=error) as refused:
        consents.record(db, pair.vss, her.id, purpose=PURPOSE, said=answer)

    assert refused.value.field == field


def test_that_nobody_was_asked_yet_needs_no_more_than_a_day(db: Session, make: Make) -> None:
    pair, her, _ = hers(make)

    made = consents.record(db, pair.vss, her.id, purpose=PURPOSE, said=Said(asked_on=clock.today()))

    assert made.consent.state is ConsentState.NOT_ASKED
    with pytest.raises(Invalid, match=r"consent\.purpose"):
        consents.record(db, pair.vss, her.id, purpose="programme_conditions", said=YES)


def test_nobody_of_the_other_service_reads_or_writes_her_consent(db: Session, make: Make) -> None:
    pair, her, note = hers(make)
    record(db, pair, her, ConsentState.GIVEN)
    share(db, pair.vss, note, Terms(her.id, PURPOSE))

    with pytest.raises(NotFound):
        consents.record(db, pair.pp, her.id, purpose=PURPOSE, said=said(ConsentState.WITHDRAWN))

    assert db.scalars(access.visible_consents(pair.pp)).all() == []
    assert db.scalars(access.visible_releases(pair.pp)).all() == []
    assert consents.of_file(db, pair.pp, pair.case.id) == []
    assert releases.of_case(db, pair.pp, pair.case.id) == []
    acts = {line.subject for line in case_lists.history(db, pair.pp, pair.case.id)}
    assert not acts & {"consent", "release"}


@pytest.mark.parametrize(
    "state", [None, ConsentState.NOT_ASKED, ConsentState.REFUSED, ConsentState.WITHDRAWN]
)
def test_without_consent_that_holds_nothing_is_shared_on_it(
    db: Session, make: Make, state: ConsentState | None
) -> None:
    pair, her, note = hers(make)
    if state is not None:
        record(db, pair, her, state)

    with pytest.raises(Invalid, match=r"release\.no_consent"):
        share(db, pair.vss, note, Terms(her.id, PURPOSE))


def test_consent_bears_its_own_person_and_its_own_purpose_alone(db: Session, make: Make) -> None:
    pair, her, note = hers(make)
    child = make.subject(pair.vss_file, SubjectKind.CHILD)
    stranger = make.subject(make.pair_of(pair).vss_file)
    for person in (her, stranger):
        consented(db, pair.vss, person, PURPOSE)

    for on in (Terms(child.id, PURPOSE), Terms(her.id, "meetings")):
        with pytest.raises(Invalid, match=r"release\.no_consent"):
            share(db, pair.vss, note, on)
    for about in (None, stranger.id):
        with pytest.raises(Invalid, match=r"release\.about"):
            share(db, pair.vss, note, Terms(about, PURPOSE))
    with pytest.raises(Invalid, match=r"consent\.purpose"):
        share(db, pair.vss, note, Terms(her.id, "gossip"))
    assert share(db, pair.vss, note, Terms(her.id, PURPOSE)).released_at


def test_what_was_excepted_is_thought_of_before_something_is_shared(db: Session, make: Make) -> None:
    pair, her, note = hers(make)
    record(db, pair, her, ConsentState.GIVEN_EXCEPT)

    with pytest.raises(Invalid, match=r"release\.excepted"):
        share(db, pair.vss, note, Terms(her.id, PURPOSE))

    assert share(db, pair.vss, note, Terms(her.id, PURPOSE, nothing_excepted=True)).released_at


@pytest.mark.parametrize("state", [ConsentState.WITHDRAWN, ConsentState.REFUSED, ConsentState.GIVEN_EXCEPT])
def test_what_rested_on_consent_leaves_with_it_at_the_next_look(
    db: Session, make: Make, state: ConsentState
) -> None:
    pair, her, note = hers(make)
    record(db, pair, her, ConsentState.GIVEN)
    share(db, pair.vss, note, Terms(her.id, PURPOSE))
    assert read_by(db, pair.pp, pair) == ["He shouted."]

    made = record(db, pair, her, state)

    assert made.taken_back == 1
    assert read_by(db, pair.pp, pair) == []
    assert read_by(db, pair.vss, pair) == []
    record(db, pair, her, ConsentState.GIVEN)
    assert read_by(db, pair.pp, pair) == []


def test_the_same_answer_once_more_takes_nothing_back(db: Session, make: Make) -> None:
    pair, her, note = hers(make)
    record(db, pair, her, ConsentState.GIVEN_EXCEPT)
    share(db, pair.vss, note, Terms(her.id, PURPOSE, nothing_excepted=True))

    made = record(db, pair, her, ConsentState.GIVEN_EXCEPT)

    assert made.taken_back == 0
    assert read_by(db, pair.pp, pair) == ["He shouted."]
    consents.record(db, pair.vss, her.id, purpose="meetings", said=said(ConsentState.WITHDRAWN))
    assert read_by(db, pair.pp, pair) == ["He shouted."]


@pytest.mark.parametrize(
    ("ends_in", "consent_ends_in", "gone_after"), [(3, None, 3), (None, 2, 2), (5, 2, 2), (1, 4, 1)]
)
def test_it_ends_with_its_day_or_with_the_day_of_the_consent(  # noqa: PLR0917
    db: Session,
    make: Make,
    monkeypatch: pytest.MonkeyPatch,
    ends_in: int | None,
    consent_ends_in: int | None,
    gone_after: int,
) -> None:
    def later(days: int | None) -> date | None:
        return None if days is None else clock.today() + timedelta(days=days)

    pair, her, note = hers(make)
    record(db, pair, her, ConsentState.GIVEN, valid_until=later(consent_ends_in))
    share(db, pair.vss, note, Terms(her.id, PURPOSE, ends_on=later(ends_in)))
    now = clock.now()

    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=gone_after))
    assert read_by(db, pair.pp, pair) == ["He shouted."]
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=gone_after + 1))

    assert read_by(db, pair.pp, pair) == []
    assert [one.state for one in releases.of_case(db, pair.vss, pair.case.id)] == ["ended"]


def test_a_consent_that_is_over_bears_nothing(db: Session, make: Make) -> None:
    pair, her, note = hers(make)
    yesterday = clock.today() - timedelta(days=1)
    record(db, pair, her, ConsentState.GIVEN, asked_on=yesterday, valid_until=yesterday)

    with pytest.raises(Invalid, match=r"release\.no_consent"):
        share(db, pair.vss, note, Terms(her.id, PURPOSE))
    with pytest.raises(Invalid, match=r"release\.over"):
        share(db, pair.vss, note, Terms(her.id, PURPOSE, Basis.DANGER, WHY, ends_on=yesterday))

    standing = next(one for one in consents.of_file(db, pair.vss, pair.case.id) if one.purpose == PURPOSE)
    assert standing.is_over


@pytest.mark.parametrize("reason", ["", "Because it is urgent", " " * 40])
def test_sharing_without_consent_is_reasoned(db: Session, make: Make, reason: str) -> None:
    pair, her, note = hers(make)

    with pytest.raises(Invalid) as refused:
        share(db, pair.vss, note, Terms(her.id, PURPOSE, Basis.DANGER, reason))

    assert refused.value.field == "reason"
    assert refused.value.key in {"error.empty", "error.release.short_reason"}


def ask(db: Session, pair: Pair, her: Subject, note: UUID) -> Release:
    item = share(db, pair.vss, note, Terms(her.id, PURPOSE, Basis.DANGER, WHY))
    return db.scalars(select(Release).where(Release.item_id == item.id)).one()


def colleague(make: Make, pair: Pair, *roles: Role) -> Actor:
    actor = make.actor(pair.vss.service_id, *roles)
    make.account(actor)
    make.assign(pair.case, actor)
    return actor


def test_without_her_consent_nothing_of_hers_may_be_said_to_him(db: Session, make: Make) -> None:
    pair = make.pair()
    her = make.subject(pair.vss_file)
    note = make.note(pair.vss_file, pair.vss)
    given: dict[str, Any] = {"text_": "He shouted.", "use_rule": UseRule.MAY_BE_SAID}
    for ground in (Basis.DANGER, Basis.LEGAL_DUTY, Basis.CHILD_PROTECTION):
        given["terms"] = Terms(her.id, PURPOSE, ground, WHY)
        seen = joint_items.preview(db, pair.vss, note.id, **given).digest
        with pytest.raises(Invalid, match="said_to_him") as refused:
            joint_items.share(db, pair.vss, note.id, **given, seen=seen)
        assert refused.value.field == "basis"

    consented(db, pair.vss, her, PURPOSE)
    given["terms"] = Terms(her.id, PURPOSE)
    seen = joint_items.preview(db, pair.vss, note.id, **given).digest
    assert joint_items.share(db, pair.vss, note.id, **given, seen=seen).released_at is not None


def test_without_consent_nobody_reads_it_until_a_second_person_has_confirmed(db: Session, make: Make) -> None:
    pair, her, note = hers(make)
    nina = colleague(make, pair, Role.PARTNER_CONTACT)

    release = ask(db, pair, her, note)

    assert read_by(db, pair.pp, pair) == []
    assert read_by(db, pair.vss, pair) == []
    assert ("joint_item", "share") not in {
        (line.subject, line.act) for line in case_lists.history(db, pair.pp, pair.case.id)
    }
    assert today.of_actor(db, pair.vss).releases == []
    assert [one.id for one, _, _ in today.of_actor(db, nina).releases] == [release.id]
    with pytest.raises(NotAllowed, match=r"release\.second_person"):
        releases.confirm(db, pair.vss, release.id, version=release.version)

    releases.confirm(db, nina, release.id, version=release.version)

    assert read_by(db, pair.pp, pair) == ["He shouted."]
    assert today.of_actor(db, nina).releases == []
    with pytest.raises(NotFound):
        releases.confirm(db, nina, release.id, version=release.version)


def test_a_name_that_came_into_her_file_since_is_meant_by_the_second_person_or_stays(
    db: Session, make: Make
) -> None:
    pair, her, note = hers(make)
    nina = colleague(make, pair, Role.PARTNER_CONTACT)
    item = share(
        db, pair.vss, note, Terms(her.id, PURPOSE, Basis.DANGER, WHY), "Her friend Lena takes her in."
    )
    release = db.scalars(select(Release).where(Release.item_id == item.id)).one()
    make.subject(pair.vss_file, SubjectKind.CHILD, name="Lena Bell")

    [told] = releases.of_case(db, nina, pair.case.id)
    assert [one.value for one in told.found] == ["Lena"]
    with pytest.raises(Invalid, match=r"error\.names_somebody"):
        releases.confirm(db, nina, release.id, version=release.version)
    assert read_by(db, pair.pp, pair) == []
    releases.confirm(db, nina, release.id, version=release.version, names_are_meant=True)

    assert read_by(db, pair.pp, pair) == ["Her friend Lena takes her in."]


def test_the_other_service_and_the_stranger_confirm_nothing(db: Session, make: Make) -> None:
    pair, her, note = hers(make)
    release = ask(db, pair, her, note)
    stranger = make.actor(pair.vss.service_id)

    for actor in (pair.pp, stranger):
        with pytest.raises(NotFound):
            releases.confirm(db, actor, release.id, version=release.version)
        with pytest.raises(NotFound):
            releases.refuse(db, actor, release.id, version=release.version)

    assert read_by(db, pair.pp, pair) == []


def test_what_a_second_person_refuses_stays_in_the_file(db: Session, make: Make) -> None:
    pair, her, note = hers(make)
    nina = colleague(make, pair, Role.PARTNER_CONTACT)
    release = ask(db, pair, her, note)
    with pytest.raises(Conflict):
        releases.refuse(db, nina, release.id, version=release.version + 1)

    releases.refuse(db, nina, release.id, version=release.version)

    assert [one.state for one in releases.of_case(db, pair.vss, pair.case.id)] == ["refused"]
    with pytest.raises(NotFound):
        releases.confirm(db, nina, release.id, version=release.version)


def test_what_has_ended_before_it_was_confirmed_is_not_released(
    db: Session, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair, her, note = hers(make)
    nina = colleague(make, pair)
    on = Terms(her.id, PURPOSE, Basis.LEGAL_DUTY, WHY, ends_on=clock.today())
    item = share(db, pair.vss, note, on)
    release = db.scalars(select(Release).where(Release.item_id == item.id)).one()
    tomorrow = clock.now() + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)

    with pytest.raises(Conflict, match=r"release\.over"):
        releases.confirm(db, nina, release.id, version=release.version)


def test_the_managers_and_case_managers_are_told_and_nothing_of_the_case(db: Session, make: Make) -> None:
    pair, her, note = hers(make)
    nina = colleague(make, pair, Role.PARTNER_CONTACT)
    manager, other = make.actor(pair.vss.service_id, Role.MANAGER), colleague(make, pair)
    theirs = make.actor(pair.pp.service_id, Role.MANAGER)
    for actor in (manager, theirs, pair.vss, pair.pp):
        make.account(actor)
    release = ask(db, pair, her, note)

    releases.confirm(db, nina, release.id, version=release.version)

    for actor in (manager, other):
        assert [one.kind for one in my_account.unseen_notices(db, actor)] == [
            NoticeKind.RELEASED_WITHOUT_CONSENT
        ]
    for actor in (theirs, pair.pp, pair.vss, nina):
        assert my_account.unseen_notices(db, actor) == []


def his(make: Make, pair: Pair | None = None) -> tuple[Pair, JointItem]:
    """Something that the programme shared without his consent."""
    found = pair or make.pair()
    him = make.subject(found.pp_file, SubjectKind.HIM)
    note = make.note(found.pp_file, found.pp, "attendance").id
    terms = Terms(him.id, "programme_conditions", Basis.DANGER, WHY)
    return found, share(make.db, found.pp, note, terms)


def test_on_his_side_a_named_ground_lets_it_go_at_once_and_a_second_person_looks_at_it_within_a_day(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    him = make.subject(pair.pp_file, SubjectKind.HIM)
    note = make.note(pair.pp_file, pair.pp, "attendance").id
    with pytest.raises(Invalid, match=r"release\.no_consent"):
        share(db, pair.pp, note, Terms(him.id, "programme_conditions"))

    item = share(db, pair.pp, note, Terms(him.id, "programme_conditions", Basis.DANGER, WHY))

    assert item.released_at
    assert read_by(db, pair.vss, pair) == ["He shouted."]
    second = make.actor(pair.pp.service_id)
    make.assign(pair.case, second)
    [(release, _, asker)] = releases.waiting(db, second)
    assert (asker, releases.is_late(release), releases.waiting(db, pair.pp)) == (pair.pp.name, False, [])
    with pytest.raises(NotAllowed, match="second_person"):
        releases.confirm(db, pair.pp, release.id, version=release.version)
    with time_machine.travel(clock.now() + releases.REVIEW + timedelta(minutes=1), tick=False):
        assert releases.is_late(release)

    releases.confirm(db, second, release.id, version=release.version)

    assert releases.waiting(db, second) == []
    assert read_by(db, pair.vss, pair) == ["He shouted."]


def test_a_release_keeps_to_which_roles_the_agreement_opened_it(db: Session, make: Make) -> None:
    pair, her, note = hers(make)
    record(db, pair, her, ConsentState.GIVEN)
    on = Terms(her.id, PURPOSE)
    named = releases.recipients(db, pair.vss, pair.case.id)

    item = share(db, pair.vss, note, on)

    assert set(named) == set(OPEN_TO)
    assert item.recipients == [str(role) for role in named]
    assert releases.recipients(db, make.pair().vss, pair.case.id) == ()


def test_what_was_not_right_to_share_without_his_consent_is_taken_back(db: Session, make: Make) -> None:
    pair, item = his(make)
    second = make.actor(pair.pp.service_id)
    make.assign(pair.case, second)
    [(release, _, _)] = releases.waiting(db, second)

    releases.refuse(db, second, release.id, version=release.version)

    assert item.withdrawn_at
    assert releases.waiting(db, second) == []
    assert read_by(db, pair.vss, pair) == []


def test_her_service_is_told_what_came_without_his_consent_on_which_ground_and_never_the_reason(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    lead, theirs = make.actor(pair.vss.service_id, Role.MANAGER), make.actor(pair.pp.service_id, Role.MANAGER)
    for actor in (lead, theirs, pair.vss, pair.pp):
        make.account(actor)

    pair, item = his(make, pair)

    for actor, told in ((lead, True), (pair.vss, True), (theirs, False), (pair.pp, False)):
        kinds = [one.kind for one in my_account.unseen_notices(db, actor)]
        assert kinds == ([NoticeKind.SHARED_WITHOUT_HIS_CONSENT] if told else [])
    [one] = releases.without_his_consent(db, pair.vss, pair.case.id)
    assert (one.item, one.basis, one.is_looked_at) == (item, Basis.DANGER, False)
    assert releases.without_his_consent(db, pair.pp, pair.case.id) == []


def test_of_hers_the_programme_never_reads_that_there_was_no_consent(db: Session, make: Make) -> None:
    pair, her, note = hers(make)
    nina = colleague(make, pair)
    release = ask(db, pair, her, note)
    releases.confirm(db, nina, release.id, version=release.version)

    assert releases.without_his_consent(db, pair.pp, pair.case.id) == []
    assert db.scalars(access.released_without_his_consent(pair.pp)).all() == []


def test_the_ground_and_the_reason_are_no_part_of_what_the_other_side_sees(db: Session, make: Make) -> None:
    pair, her, note = hers(make)
    nina = colleague(make, pair)
    release = ask(db, pair, her, note)
    releases.confirm(db, nina, release.id, version=release.version)

    (theirs,) = joint_items.list_of_case(db, pair.pp, pair.case.id)

    assert (theirs.purpose, theirs.ends_on) == (PURPOSE, None)
    assert WHY not in repr(vars(theirs))
    assert all(WHY not in repr(vars(one)) for one in db.scalars(access.visible_joint_items(pair.pp)))


def test_the_documents_that_left_since_are_listed_for_recall(db: Session, make: Make) -> None:
    pair, her, note = hers(make)
    leave(db, pair.pp, pair)
    record(db, pair, her, ConsentState.GIVEN)
    share(db, pair.vss, note, Terms(her.id, PURPOSE))
    leave(db, pair.pp, pair)

    record(db, pair, her, ConsentState.WITHDRAWN)

    (told,) = releases.of_case(db, pair.vss, pair.case.id)
    assert told.state == "taken_back"
    assert [(one.act, one.person) for one in told.documents] == [("export_plan", pair.pp.name)]


def leave(db: Session, actor: Actor, pair: Pair) -> None:
    """A plan of the case leaves as a document."""
    db.add(
        Event(
            person_id=actor.person_id,
            service_id=actor.service_id,
            case_id=pair.case.id,
            kind=EventKind.EXPORT,
            subject="case",
            subject_id=pair.case.id,
            act="export_plan",
        )
    )
    db.flush()


def test_what_is_taken_back_by_hand_keeps_its_ground_in_the_own_file(db: Session, make: Make) -> None:
    pair, _, note = hers(make)
    item = share_agreed(db, pair.vss, note, "He shouted.")

    joint_items.withdraw(db, pair.vss, item.id)

    (told,) = releases.of_case(db, pair.vss, pair.case.id)
    assert (told.state, told.release.basis, told.item.purpose) == ("taken_back", Basis.CONSENT, PURPOSE)
    assert terms(db, pair.vss, note).purpose == PURPOSE


STATES = st.lists(st.sampled_from(list(ConsentState)), max_size=6)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=STATES, after=STATES)
def test_of_no_history_of_consent_is_anything_read_that_it_does_not_bear(
    db: Session, before: list[ConsentState], after: list[ConsentState]
) -> None:
    point = db.begin_nested()
    pair, her, note = hers(Make(db))
    for state in before:
        record(db, pair, her, state)
    is_given = bool(before) and before[-1] in consents.GIVEN
    on = Terms(her.id, PURPOSE, nothing_excepted=True)
    if is_given:
        share(db, pair.vss, note, on)
    else:
        with pytest.raises(Invalid):
            share(db, pair.vss, note, on)

    holds, so_far = is_given, before[-1] if before else None
    for state in after:
        record(db, pair, her, state)
        holds = holds and (state is ConsentState.GIVEN or (state is so_far and state in consents.GIVEN))
        so_far = state
        assert read_by(db, pair.pp, pair) == (["He shouted."] if holds else [])
    point.rollback()


def test_an_older_yes_that_is_written_down_later_undoes_no_withdrawal(db: Session, make: Make) -> None:
    pair = make.pair()
    her = make.subject(pair.vss_file)
    purpose = consents.purposes(pair.vss)[0].id
    today = clock.today()

    def say(state: ConsentState | None, on: date) -> None:
        given = Said(state, how_asked="At our office", was_safe=Known.YES, asked_on=on)
        consents.record(db, pair.vss, her.id, purpose=purpose, said=given)

    say(ConsentState.GIVEN, today - timedelta(days=30))
    say(ConsentState.WITHDRAWN, today)
    with pytest.raises(Invalid, match="earlier") as refused:
        say(ConsentState.GIVEN, today - timedelta(days=20))

    assert refused.value.field == "asked_on"
    assert not consents.is_live(consents.newest(db, her.id, purpose))
    with pytest.raises(Invalid, match=r"consent\.state"):
        say(None, today)


def test_a_no_of_an_earlier_day_that_is_written_down_later_takes_back_what_a_yes_let_out(
    db: Session, make: Make
) -> None:
    pair, her, note = hers(make)
    record(db, pair, her, ConsentState.GIVEN)
    share(db, pair.vss, note, Terms(her.id, PURPOSE))
    yesterday = clock.today() - timedelta(days=1)

    made = record(db, pair, her, ConsentState.WITHDRAWN, asked_on=yesterday)

    assert (made.taken_back, made.consent.asked_on) == (1, yesterday)
    assert read_by(db, pair.pp, pair) == []
    standing = next(one for one in consents.of_file(db, pair.vss, pair.case.id) if one.purpose == PURPOSE)
    assert standing.state is ConsentState.WITHDRAWN
    assert [one.state for one in standing.history] == [ConsentState.WITHDRAWN, ConsentState.GIVEN]
    with pytest.raises(Invalid, match=r"release\.no_consent"):
        share(db, pair.vss, note, Terms(her.id, PURPOSE))


@pytest.mark.parametrize("state", [ConsentState.REFUSED, ConsentState.WITHDRAWN, ConsentState.GIVEN])
def test_that_nobody_was_asked_keeps_no_answer_of_the_day_before_out(
    db: Session, make: Make, state: ConsentState
) -> None:
    pair, her, _ = hers(make)
    record(db, pair, her, ConsentState.NOT_ASKED)

    record(db, pair, her, state, asked_on=clock.today() - timedelta(days=1))

    newest = consents.newest(db, her.id, PURPOSE)
    assert newest is not None
    assert newest.state is state


@pytest.mark.parametrize("after", [ConsentState.NOT_ASKED, ConsentState.WITHDRAWN])
def test_what_is_written_down_after_a_no_opens_no_way_to_an_older_yes(
    db: Session, make: Make, after: ConsentState
) -> None:
    pair, her, _ = hers(make)
    today = clock.today()
    record(db, pair, her, ConsentState.REFUSED)
    record(db, pair, her, after, asked_on=today - timedelta(days=9) if after in consents.NO else today)

    for late in (ConsentState.GIVEN, ConsentState.NOT_ASKED):
        with pytest.raises(Invalid, match=r"consent\.earlier"):
            record(db, pair, her, late, asked_on=today - timedelta(days=1))

    assert record(db, pair, her, ConsentState.GIVEN).consent.state is ConsentState.GIVEN


def test_a_name_in_the_second_line_of_a_notice_and_in_a_result_is_meant_by_the_second_person_or_stays(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    nina = make.actor(pair.vss.service_id)
    make.assign(pair.case, nina)
    found = risk.begun(db, pair)
    risk_boards.add_result(
        db,
        pair.vss,
        found.id,
        instrument="DA",
        done_on=clock.today(),
        done_by="Police",
        result="By Jovanka",
    )
    said = notices.said(pair.vss, "He rang.\nJovanka saw him.")
    items = (
        notices.sent(db, pair, pair.vss, said, basis=Basis.DANGER).item_id,
        risk.handed_in(db, pair, pair.vss, found.id, basis=Basis.DANGER).item_id,
    )
    make.subject(pair.vss_file, name="Jovanka Kovač")

    for one in db.scalars(select(Release).where(Release.item_id.in_(items))):
        with pytest.raises(Invalid, match=r"error\.names_somebody"):
            releases.confirm(db, nina, one.id, version=one.version)
        releases.confirm(db, nina, one.id, version=one.version, names_are_meant=True)
