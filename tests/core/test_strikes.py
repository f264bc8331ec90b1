"""A slip that is in the record of a meeting is struck out of all of it, and the minutes say that something was."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from core import clock
from core.content.meeting_kinds import Entry
from core.db import Record
from core.documents.read import lines
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.locale import Words
from core.models import (
    Action,
    Agreement,
    Cooperation,
    Event,
    Meeting,
    MeetingState,
    Minutes,
    PhasePoint,
    Role,
    Strike,
    StrikeGround,
)
from core.operations import (
    case_lists,
    minutes,
    minutes_documents,
    minutes_updates,
    presences,
    strike_news,
    strikes,
    tables,
    today,
    unsent,
)
from core.store import Store
from pages.ui import new_action
from tests.make import Make, Pair

SLIP, MARK = "Mira at the mill", "[struck out]"


def struck_in(store: Store, pair: Pair, meeting: Meeting) -> None:
    """Her service strikes the slip, in a store of its own."""
    places = store.read(strikes.preview, pair.vss, meeting.id, typed=SLIP).total
    store.change(
        strikes.strike,
        pair.vss,
        meeting.id,
        typed=SLIP,
        ground=StrikeGround.NAME_OR_PLACE,
        places=places,
        mark=MARK,
    )


def slipped(db: Session, make: Make, *, is_locked: bool = True) -> tuple[Pair, Meeting]:
    """Minutes whose second version took a slip out that their first one keeps."""
    pair = make.pair()
    action = make.action(pair)
    action.reason = f"Because of {SLIP}"
    meeting = make.table(pair)
    item = meeting.items[0]
    tables.write_item(db, pair.pp, item.id, entry=Entry.FACTS, text=f"He saw {SLIP}.", seen="")
    tables.close(db, pair.pp, meeting.id)
    minutes.correct(db, pair.pp, meeting.id, item_id=item.id, texts_of={Entry.FACTS: "He saw her."}, number=1)
    for actor in (pair.pp, pair.vss) if is_locked else ():
        minutes.agree(db, actor, meeting.id, number=2)
    if is_locked:
        minutes.add_addendum(db, pair.pp, meeting.id, text="It was mira  at\nthe mill, not Miranda")
    return pair, meeting


def strike(db: Session, pair: Pair, meeting: Meeting, **other: Any) -> Strike:
    given: dict[str, Any] = {
        "typed": SLIP,
        "ground": StrikeGround.NAME_OR_PLACE,
        "places": strikes.preview(db, pair.vss, meeting.id, typed=SLIP).total,
        "mark": MARK,
    }
    return strikes.strike(db, pair.vss, meeting.id, **(given | other))


def whole(db: Session) -> str:
    """Every text of the database."""
    said = []
    for table in Record.registry.mappers:
        for row in db.scalars(select(table.class_)):
            said += [str(getattr(row, column.key)) for column in inspect(type(row)).column_attrs]
    return json.dumps(said, ensure_ascii=False)


def test_the_preview_counts_each_place_and_changes_nothing(db: Session, make: Make) -> None:
    pair, meeting = slipped(db, make)

    found = strikes.preview(db, pair.vss, meeting.id, typed=SLIP)

    # The action stands in the plan, and in both versions of the minutes.
    assert (found.newest, found.earlier, found.addenda, found.plan, found.elsewhere) == (1, 2, 1, 1, 0)
    assert strikes.preview(db, pair.vss, meeting.id, typed=" m ").total == 0
    assert strikes.preview(db, pair.vss, meeting.id, typed="Mir").total == 0
    assert SLIP in whole(db)


def test_struck_words_stand_nowhere_any_more_and_all_else_stays(db: Session, make: Make) -> None:
    pair, meeting = slipped(db, make)
    unsent.keep(
        db, pair.pp, unsent.slot(meeting.items[0].id, Entry.FACTS), text=f"Again {SLIP}", seen_version=1
    )
    before = minutes.of_meeting(db, pair.pp, meeting.id)

    struck = strike(db, pair, meeting)

    after = minutes.of_meeting(db, pair.pp, meeting.id)
    db.expire_all()
    assert "mira" not in whole(db).lower().replace("miranda", "")
    assert after.versions[0].content.items[0].texts["facts"] == f"He saw {MARK}."
    assert after.versions[0].content.people == before.versions[0].content.people
    assert after.addenda[0].text == f"It was {MARK}, not Miranda"
    assert after.is_locked
    assert [each.name for each in after.latest.approvals] == [pair.pp.name, pair.vss.name]
    assert after.versions[0].digest != before.versions[0].digest
    ((at, name, service, ground),) = [(s.at, s.name, s.service, s.ground) for s in after.struck]
    assert (at, name, service) == (struck.created_at, pair.vss.name, pair.vss.service_name)
    assert ground is StrikeGround.NAME_OR_PLACE


def test_what_the_other_service_typed_and_did_not_send_is_let_go_for_nobody_here_can_read_it(
    own_store: Store,
) -> None:
    with own_store.writing.begin() as db:
        pair, meeting = slipped(db, Make(db))
        slot = unsent.slot(meeting.items[0].id, Entry.FACTS)
        for actor, note in ((pair.pp, f"Again {SLIP}"), (pair.vss, f"Hers: {SLIP}")):
            unsent.keep(db, actor, slot, text=note, seen_version=1)
    struck_in(own_store, pair, meeting)

    assert own_store.read(unsent.of_slots, pair.vss, [slot])[slot].text == f"Hers: {MARK}"
    assert own_store.read(unsent.of_slots, pair.pp, [slot]) == {}


def test_struck_words_do_not_come_back_out_of_a_form_on_the_minutes_that_was_not_sent(
    db: Session, make: Make
) -> None:
    pair, meeting = slipped(db, make)
    item, seat = meeting.items[0], meeting.attendances[0]
    slots = [
        f"correction:{item.id}:facts",
        f"correction:{seat.id}:apology",
        f"addendum:{meeting.id}:text",
        f"minutes_head:{meeting.id}:place",
    ]
    for slot in slots:
        unsent.keep(db, pair.vss, slot, text=f"I mean {SLIP}, still", case_id=pair.case.id)
    elsewhere = f"correction:{make.table(pair).items[0].id}:facts"
    unsent.keep(db, pair.vss, elsewhere, text=SLIP, case_id=pair.case.id)

    strike(db, pair, meeting)

    kept = unsent.of_slots(db, pair.vss, [*slots, elsewhere])
    assert [kept[slot].text for slot in slots] == [f"I mean {MARK}, still"] * len(slots)
    assert kept[elsewhere].text == SLIP


def test_struck_words_do_not_come_back_out_of_a_new_action_at_the_table_or_a_form_on_the_plan(
    db: Session, make: Make
) -> None:
    pair, meeting = slipped(db, make)
    action = db.scalars(select(Action)).one()
    slots = [
        new_action.key_of(meeting.id, "text"),
        f"action:{action.id}:text",
        f"action_state:{action.id}:reason",
        f"outcome:{action.id}:reason",
    ]
    elsewhere = [new_action.key_of(make.table(pair).id, "text"), f"action:{make.action(pair).id}:text"]
    for slot in [*slots, *elsewhere]:
        for actor in (pair.pp, pair.vss):
            unsent.keep(db, actor, slot, text=f"Ask {SLIP}", case_id=pair.case.id)

    strike(db, pair, meeting)

    hers = unsent.of_slots(db, pair.vss, [*slots, *elsewhere])
    assert [hers[slot].text for slot in slots] == [f"Ask {MARK}"] * len(slots)
    assert [hers[slot].text for slot in elsewhere] == [f"Ask {SLIP}"] * len(elsewhere)
    assert set(unsent.of_slots(db, pair.pp, [*slots, *elsewhere])) == set(elsewhere)


def test_what_the_other_service_types_on_an_action_stays_where_the_words_do_not_stand_in_it(
    db: Session, make: Make
) -> None:
    pair, meeting = slipped(db, make)
    action = db.scalars(select(Action)).one()
    action.reason = "Because he asked"
    slot = f"action_state:{action.id}:reason"
    for actor in (pair.pp, pair.vss):
        unsent.keep(db, actor, slot, text=f"He moved, {SLIP}", case_id=pair.case.id)

    strike(db, pair, meeting)

    assert slot in unsent.of_slots(db, pair.pp, [slot])
    assert unsent.of_slots(db, pair.vss, [slot])[slot].text == f"He moved, {MARK}"


def test_struck_words_do_not_come_back_out_of_a_form_on_phase_1(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair, "phase_1")
    meeting.case_id = None
    tables.close(db, pair.pp, meeting.id)
    cooperation_id = meeting.cooperation_id
    db.add(PhasePoint(cooperation_id=cooperation_id, point="trust", agreed=f"We saw {SLIP}"))
    db.add(PhasePoint(cooperation_id=cooperation_id, point="roles", agreed="Who does what"))
    trust, roles = (f"point:{cooperation_id}:{point}:agreed" for point in ("trust", "roles"))
    for slot in (trust, roles):
        for actor in (pair.pp, pair.vss):
            unsent.keep(db, actor, slot, text=f"Again {SLIP}")

    strike(db, pair, meeting)

    hers = unsent.of_slots(db, pair.vss, [trust, roles])
    assert {kept.text for kept in hers.values()} == {f"Again {MARK}"}
    assert set(unsent.of_slots(db, pair.pp, [trust, roles])) == {roles}


def test_a_correction_opened_before_words_were_struck_is_refused_and_one_opened_after_is_not(
    db: Session, make: Make
) -> None:
    pair, meeting = slipped(db, make, is_locked=False)
    strike(db, pair, meeting)
    item, seat = meeting.items[0], meeting.attendances[0]
    texts = {Entry.FACTS: f"He saw {SLIP}, twice"}

    def head(**seen: Any) -> object:
        return minutes_updates.correct_head(
            db, pair.pp, meeting.id, chair_id=None, place="Here", number=2, **seen
        )

    def presence(**seen: Any) -> object:
        return minutes.correct_presence(
            db,
            pair.pp,
            meeting.id,
            attendance_id=seat.id,
            presence=presences.of(seat),
            apology=SLIP,
            number=2,
            **seen,
        )

    def correct(**seen: Any) -> Minutes:
        return minutes.correct(db, pair.pp, meeting.id, item_id=item.id, texts_of=texts, number=2, **seen)

    for act in (head, presence, correct):
        with pytest.raises(Conflict, match=r"minutes\.struck"):
            act()
    assert correct(struck=1).number == 3


def test_the_history_of_both_says_that_words_were_struck_and_holds_none(db: Session, make: Make) -> None:
    pair, meeting = slipped(db, make)

    struck = strike(db, pair, meeting)

    for actor in (pair.pp, pair.vss):
        assert ("strike", "strike") in [
            (each.subject, each.act) for each in case_lists.history(db, actor, pair.case.id)
        ]
    assert db.scalars(select(Event).where(Event.subject == "strike")).one().subject_id == struck.id


def test_the_word_file_says_openly_that_words_were_struck_out(db: Session, make: Make) -> None:
    pair, meeting = slipped(db, make)
    strike(db, pair, meeting)

    file = minutes_documents.document(db, pair.pp, meeting.id, words=Words("en"))

    text = "\n".join(line.text for line in lines(file))
    assert "Words were struck out on" in text
    assert f"by {pair.vss.name}, {pair.vss.service_name}: they held a name or a place" in text
    assert "Mira" not in text.replace("Miranda", "")


def test_nothing_is_struck_that_was_not_counted_or_has_no_reason(db: Session, make: Make) -> None:
    pair, meeting = slipped(db, make)

    for wrong, key in (
        ({"typed": "Nobody said so"}, "strike.nothing"),
        ({"typed": "a"}, "strike.nothing"),
        ({"typed": " "}, "empty"),
        ({"ground": None}, "strike.ground"),
    ):
        with pytest.raises(Invalid, match=key):
            strike(db, pair, meeting, **wrong)
    with pytest.raises(Conflict, match=r"strike\.changed"):
        strike(db, pair, meeting, places=1)
    assert SLIP in whole(db)


def test_words_are_struck_before_the_minutes_are_agreed_but_not_while_the_meeting_runs(
    db: Session, make: Make
) -> None:
    pair, meeting = slipped(db, make, is_locked=False)
    running = make.table(pair)

    strike(db, pair, meeting)

    assert meeting.state is MeetingState.CLOSED
    assert minutes.of_meeting(db, pair.pp, meeting.id).may_agree
    with pytest.raises(Conflict, match="none_yet"):
        strikes.preview(db, pair.vss, running.id, typed=SLIP)


def test_only_who_may_decide_for_one_of_the_two_services_strikes(db: Session, make: Make) -> None:
    pair, meeting = slipped(db, make)
    taker, stranger = make.actor(pair.vss.service_id, Role.MINUTE_TAKER), make.pair().vss
    make.assign(pair.case, taker)

    for actor, error in ((taker, NotAllowed), (stranger, NotFound)):
        with pytest.raises(error):
            strikes.preview(db, actor, meeting.id, typed=SLIP)
        with pytest.raises(error):
            strikes.strike(
                db, actor, meeting.id, typed=SLIP, ground=StrikeGround.NAME_OR_PLACE, places=5, mark=MARK
            )


def test_what_a_phase_1_meeting_handed_on_is_struck_with_it(db: Session, make: Make) -> None:
    pair, meeting = slipped(db, make)
    meeting.case_id = None
    cooperation = db.get_one(Cooperation, meeting.cooperation_id)
    point = PhasePoint(cooperation_id=cooperation.id, point="expectations", pp_said=f"As with {SLIP}")
    db.add(point)
    db.flush()

    strike(db, pair, meeting)

    assert point.pp_said == f"As with {MARK}"


def test_what_other_minutes_took_over_of_an_action_or_item_is_struck_with_it_and_nothing_else_of_them(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    action = make.action(pair)
    action.text = f"Ask {SLIP} about it"
    earlier, meeting, ahead = (make.table(pair) for _ in range(3))
    earlier.items[0].facts = f"Said here: {SLIP}"
    for one in (earlier, meeting, ahead):
        one.items[1].title = f"School of {SLIP}"
    db.flush()
    for one in (earlier, meeting):
        tables.close(db, pair.pp, one.id)
        for actor in (pair.pp, pair.vss):
            minutes.agree(db, actor, one.id, number=1)
    action.text = "Ask her about it"
    elsewhere = slipped(db, make, is_locked=False)[1]
    digests = {each.id: each.digest for each in db.scalars(select(Minutes))}

    found = strikes.preview(db, pair.vss, meeting.id, typed=SLIP)
    strike(db, pair, meeting)

    assert sorted(count for _, count in found.others) == [1, 3]
    view = minutes.of_meeting(db, pair.pp, earlier.id)
    assert view.latest.content.last_actions[0].text == f"Ask {MARK} about it"
    assert [item.title for item in view.latest.content.items][1] == f"School of {MARK}"
    assert view.latest.content.items[0].texts["facts"] == f"Said here: {SLIP}"
    assert [one.items[1].title for one in (earlier, meeting, ahead)] == [f"School of {MARK}"] * 3
    assert (view.is_locked, len(view.latest.approvals)) == (True, 2)
    assert [(struck.name, struck.ground) for struck in view.struck] == [
        (pair.vss.name, StrikeGround.NAME_OR_PLACE)
    ]
    assert view.latest.digest != digests[minutes.newest(db, earlier.id).id]
    assert db.scalars(select(Strike.meeting_id)).all().count(ahead.id) == 0
    assert all(
        each.digest == digests[each.id]
        for each in db.scalars(select(Minutes))
        if each.meeting_id == elsewhere.id
    )


def test_a_correction_of_other_minutes_opened_before_the_strike_does_not_bring_the_words_back(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    make.action(pair).text = f"Ask {SLIP} about it"
    earlier, meeting = make.table(pair), make.table(pair)
    for one in (earlier, meeting):
        tables.close(db, pair.pp, one.id)

    strike(db, pair, meeting)

    with pytest.raises(Conflict, match=r"minutes\.struck"):
        minutes.correct(
            db, pair.pp, earlier.id, item_id=earlier.items[0].id, texts_of={Entry.FACTS: SLIP}, number=1
        )


def test_both_databases_strike_what_other_minutes_took_over(own_store: Store) -> None:
    with own_store.writing.begin() as db:
        make = Make(db)
        pair = make.pair()
        make.action(pair).text = f"Ask {SLIP} about it"
        earlier, meeting = make.table(pair), make.table(pair)
        for one in (earlier, meeting):
            tables.close(db, pair.pp, one.id)
    struck_in(own_store, pair, meeting)

    seen = own_store.read(minutes.of_meeting, pair.pp, earlier.id)
    assert seen.latest.content.last_actions[0].text == f"Ask {MARK} about it"


def test_the_other_service_reads_that_words_were_struck_until_one_of_its_people_says_so(
    db: Session, make: Make
) -> None:
    pair, meeting = slipped(db, make)
    struck = strike(db, pair, meeting)

    (told,) = today.of_actor(db, pair.pp).struck

    assert (told.meeting.id, told.struck.id) == (meeting.id, struck.id)
    assert (told.struck.name, told.struck.service) == (pair.vss.name, pair.vss.service_name)
    assert told.struck.ground is StrikeGround.NAME_OR_PLACE
    assert not today.of_actor(db, pair.vss).struck
    strike_news.see(db, pair.vss, meeting.id, seen=[struck.id])
    assert struck.seen_at is None
    later = strike(db, pair, meeting, typed="He saw", places=2)

    strike_news.see(db, pair.pp, meeting.id, seen=[struck.id])

    assert struck.seen_by == pair.pp.person_id
    assert [one.struck.id for one in today.of_actor(db, pair.pp).struck] == [later.id]
    assert [
        (each.id, each.seen_at is None) for each in minutes.of_meeting(db, pair.pp, meeting.id).struck
    ] == [
        (struck.id, False),
        (later.id, True),
    ]
    seen = db.scalars(select(Event).where(Event.subject == "strike", Event.act == "see")).one()
    assert (seen.subject_id, seen.person_id) == (struck.id, pair.pp.person_id)


def brought_back(db: Session, pair: Pair, meeting: Meeting) -> Strike:
    """Words that her service had struck out, in an older copy that was put back."""
    struck = strike(db, pair, meeting)
    struck.back_at = clock.now()
    db.flush()
    return struck


def test_words_that_an_older_copy_may_have_brought_back_are_told_to_who_struck_them_until_they_are_looked_for(
    db: Session, make: Make
) -> None:
    pair, meeting = slipped(db, make)
    struck = brought_back(db, pair, meeting)

    before = [minutes.of_meeting(db, actor, meeting.id) for actor in (pair.pp, pair.vss)]
    (told,) = today.of_actor(db, pair.vss).struck
    strike_news.looked_for(db, pair.vss, meeting.id, struck.id)
    after = [minutes.of_meeting(db, actor, meeting.id) for actor in (pair.pp, pair.vss)]

    assert [(view.struck, [one.id for one in view.back]) for view in before] == [((), []), ((), [struck.id])]
    assert (told.struck.id, told.struck.is_back) == (struck.id, True)
    assert [([one.id for one in view.struck], view.back) for view in after] == [([struck.id], ())] * 2
    assert [one.struck.id for one in today.of_actor(db, pair.pp).struck] == [struck.id]
    assert not today.of_actor(db, pair.vss).struck
    written = db.scalars(select(Event).where(Event.act == "look_for")).one()
    assert (written.subject_id, written.person_id) == (struck.id, pair.vss.person_id)


def test_the_other_service_reads_nothing_of_words_that_may_be_back_and_cannot_say_that_they_are_out(
    db: Session, make: Make
) -> None:
    pair, meeting = slipped(db, make)
    struck = brought_back(db, pair, meeting)

    strike_news.looked_for(db, pair.pp, meeting.id, struck.id)
    strike_news.see(db, pair.pp, meeting.id, seen=[struck.id])

    assert struck.back_at is not None
    assert not today.of_actor(db, pair.pp).struck
    content = minutes.of_meeting(db, pair.pp, meeting.id)
    assert "struck" not in str(minutes_documents.status(content, Words("en")))
    with pytest.raises(NotAllowed):
        strike_news.looked_for(db, make.actor(pair.vss.service_id, Role.MINUTE_TAKER), meeting.id, struck.id)


def test_where_the_joint_space_is_closed_nothing_is_told_of_what_was_struck_in_it(
    db: Session, make: Make
) -> None:
    pair, meeting = slipped(db, make)
    struck = strike(db, pair, meeting)
    before = strike_news.waiting(db, pair.pp)
    for agreement in db.scalars(select(Agreement).where(Agreement.case_id == pair.case.id)):
        agreement.ends_on = clock.today() - timedelta(days=1)
    db.flush()

    assert before
    assert not today.of_actor(db, pair.pp).struck
    with pytest.raises(NotAllowed):
        strike_news.see(db, pair.pp, meeting.id, seen=[struck.id])
    taker = make.actor(pair.pp.service_id, Role.MINUTE_TAKER)
    assert not strike_news.waiting(db, taker)
    with pytest.raises(NotAllowed):
        strike_news.see(db, taker, meeting.id, seen=[struck.id])


def test_the_minutes_say_in_which_parts_the_words_stood_and_never_which(db: Session, make: Make) -> None:
    pair, meeting = slipped(db, make)

    struck = strike(db, pair, meeting)

    assert struck.sections == "facts plan addenda"
    (told,) = minutes.of_meeting(db, pair.pp, meeting.id).struck
    said = minutes_documents.struck(told, Words("en"))
    assert "They stood in: facts; actions; addenda." in said
    assert {Words("en")(f"strike.section.{section}") for section in strikes.SECTIONS}


def test_an_action_that_is_to_be_done_keeps_words_and_is_put_in_others_before_its_own_go(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    action = make.action(pair, pair.vss)
    action.text = "Call every evening"
    meeting = make.table(pair)
    tables.close(db, pair.pp, meeting.id)

    def whole(typed: str) -> strikes.Places:
        return strikes.preview(db, pair.pp, meeting.id, typed=typed, mark=MARK)

    def struck(typed: str) -> Strike:
        return strikes.strike(
            db,
            pair.pp,
            meeting.id,
            typed=typed,
            ground=StrikeGround.MUST_NOT_BE_HERE,
            places=whole(typed).total,
            mark=MARK,
        )

    assert whole("call every evening").emptied == 1
    with pytest.raises(Conflict, match=r"strike\.whole_action"):
        struck("call every evening")
    assert action.text == "Call every evening"
    # Nor in two steps.
    struck("every evening")
    assert whole("call").emptied == 1
    with pytest.raises(Conflict, match=r"strike\.whole_action"):
        struck("call")

    action.text = "Be reachable in the agreed way"
    struck("call")

    assert action.text == "Be reachable in the agreed way"
    newest = minutes.of_meeting(db, pair.vss, meeting.id).latest.content
    assert [one.text for one in newest.last_actions] == [f"{MARK} {MARK}"]


def test_what_nobody_can_put_in_other_words_any_more_is_struck_whole(db: Session, make: Make) -> None:
    pair = make.pair()
    action = make.action(pair, pair.pp)
    action.text = "Mira Mill 7"
    meeting = make.table(pair)
    tables.close(db, pair.pp, meeting.id)
    pair.case.closed_on = clock.today()
    db.flush()
    found = strikes.preview(db, pair.vss, meeting.id, typed=action.text, mark=MARK)

    strikes.strike(
        db,
        pair.vss,
        meeting.id,
        typed=action.text,
        ground=StrikeGround.NAME_OR_PLACE,
        places=found.total,
        mark=MARK,
    )

    assert action.text == MARK
