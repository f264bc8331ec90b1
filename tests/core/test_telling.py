"""What leaves her file is looked through for what says where she is: measured on a corpus that is the same each time."""

import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import access, clock
from core.content import telling as content
from core.content.meeting_kinds import Entry
from core.errors import Invalid, LooksTelling
from core.models import (
    Action,
    ActionState,
    Barred,
    ContactField,
    ContactFlag,
    ContactMark,
    Event,
    RiskGrade,
    Seen,
    Subject,
    SubjectKind,
)
from core.operations import (
    action_plans,
    closing_texts,
    closings,
    joint_items,
    minutes,
    risk_boards,
    risk_levels,
    shared_screens,
    sittings,
    tables,
    telling,
    unsent,
)
from core.operations.first_passes import HER
from tests import risk
from tests.make import Make, Pair, share, terms

STREETS = ("Hidden", "Old Mill", "Linden", "Saint Vitus", "Harbour", "Marmor", "Quarry", "Elder")
TOWNS = ("Marlen", "Oberau", "Vilanova", "Brezno", "Kastel")
FRAMES = (
    "She is at {} now.",
    "He knows {}, she says",
    "since Friday {} and no longer home",
    "({})",
    "Ask at {}!",
)
LITERAL = (
    "{n} {street} Street, {town}",
    "{street} Street {n}",
    "{street}gasse {n}, {zip} {town}",
    "Via {street} {n}",
)
PARAPHRASED = (
    "{street} Str. {n}",
    "the house in {street} street, number {n}",
    "{town}, up in {street}",
    "{street} road no. {n}",
    "a flat near {street} Square",
    "No. {n} of that lane called {street}",
    "{zip} {town}",
)


def _values(chance: random.Random) -> dict[str, Any]:
    return {
        "street": chance.choice(STREETS),
        "town": chance.choice(TOWNS),
        "n": chance.randint(1, 180),
        "zip": chance.randint(2200, 9899),
    }


def _said(chance: random.Random, value: str) -> str:
    return chance.choice(FRAMES).format(chance.choice((value, value.lower(), value.upper(), value)))


def _others(chance: random.Random) -> str:
    """A contact that stands in no file."""
    digits = [chance.randint(100, 999) for _ in range(3)]
    return chance.choice(
        (
            f"+00 {digits[0]} {digits[1]} {digits[2]}",
            f"0{digits[0]}/{digits[1]}{digits[2]}",
            f"someone.{digits[0]}@example.invalid",
            f"W-{digits[0]} AB",
            f"{digits[0]}-{digits[1]}-{digits[2]}",
            "Riverside School",
            "SW1A 1AA",
        )
    )


def test_nearly_all_literal_values_are_found() -> None:
    chance, tried, hit = random.Random(7), 400, 0  # noqa: S311  the same corpus each time
    for _ in range(tried):
        values = _values(chance)
        address = chance.choice(LITERAL).format(**values)
        her = Subject(file_id=None, kind=SubjectKind.HER, code="W-01", address=address)  # type: ignore[arg-type]
        text = _said(chance, address)
        if chance.random() < 0.5:
            text = chance.choice(FRAMES).format(_others(chance))
        hit += bool(telling.alike(text, [her]))

    assert hit / tried >= 0.95, hit / tried


def test_most_addresses_put_in_other_words_are_found() -> None:
    chance, tried, hit = random.Random(11), 400, 0  # noqa: S311
    for _ in range(tried):
        values = _values(chance)
        address = chance.choice(LITERAL[:2]).format(**values)
        her = Subject(file_id=None, kind=SubjectKind.HER, code="W-01", address=address)  # type: ignore[arg-type]
        text = _said(chance, chance.choice(PARAPHRASED).format(**values))
        hit += bool(telling.alike(text, [her]))

    assert hit / tried >= 0.80, hit / tried


@pytest.mark.parametrize(
    "text",
    [
        "The children are questioned at the school gate on Fridays.",
        "He has missed two of eight sessions since March 2026.",
        "Two of eight missed, on 26.11.2026 and 3/12/2026; T2.1 in 14 days.",
        "W-07 and C-07a are safe; K-2027-4821 goes on.",
        "She does not go out after 18:30. In 2025 Martin came twice.",
        "K-2026-2289 Beginning of the agreement, by both services",
        "The case of the two services: K-2026-2289\nBeginning of the agreement",
        "11\nWhat may be said, and by whom\n2\n12\nNext meeting and close",
    ],
)
def test_an_innocent_text_is_left_alone(text: str) -> None:
    assert telling.alike(text, []) == []


def test_of_a_sentence_in_the_place_of_an_address_the_words_of_every_sentence_say_nothing() -> None:
    address = "Stays with Aunt Marta near the old mill until Monday"
    her = Subject(file_id=None, kind=SubjectKind.HER, code="W-01", address=address)  # type: ignore[arg-type]

    assert telling.alike("He stays away from her until the next talk with us.", [her]) == []
    assert [hit.value for hit in telling.alike("She was seen by the mill.", [her])] == ["mill"]


def test_each_pattern_is_named_by_what_it_finds() -> None:
    assert {pattern.field for pattern in content.load().patterns} == {
        "address", "phone", "email", "postcode", "plate", "school",
    }  # fmt: skip


def test_what_looks_like_a_contact_is_shared_only_where_meant_and_leaves_an_event(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    note = make.note(pair.vss_file, pair.vss)
    typed = "Call her at 0664/1234567."
    found = joint_items.preview(db, pair.vss, note.id, text_=typed, terms=terms(db, pair.vss, note.id)).found
    assert [hit.field for hit in found] == ["phone"]
    with pytest.raises(Invalid, match="names_somebody"):
        share(db, pair.vss, note.id, typed)

    share(db, pair.vss, note.id, typed, meant=True)

    assert "share_meant" in db.scalars(select(Event.act).where(Event.subject_id == note.id)).all()
    theirs = make.note(pair.pp_file, pair.pp)
    assert share(db, pair.pp, theirs.id, "Call the office at 0664/1234567.")


def joint(db: Session, pair: Pair, text: str, meant: Sequence[str] | None = None) -> Action:
    return action_plans.add(
        db,
        pair.vss,
        pair.case.id,
        need="Safety",
        text=text,
        due_on=clock.today(),
        service_id=pair.vss.service_id,
        meant=meant,
    )


def test_a_code_phrase_a_channel_an_earlier_contact_and_whom_the_register_names_are_refused(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    her = make.subject(pair.vss_file)
    her.code_phrase, her.safe_channel = "blue lantern", "her sister 0555 77 88 99, after six"
    her.safe_times, her.who_may_know = "mornings", "her mother"
    make.barred(pair.vss_file, pair.vss, her, kind=Barred.CONTACT, whom="His brother Ivan")
    make.barred(pair.vss_file, pair.vss, her, kind=Barred.ADDRESS, whom="Old Mill 4, Marlen")
    make.barred(pair.vss_file, pair.vss, her, kind=Barred.AGENCY, whom="Police of Marlen")
    db.add(
        ContactFlag(
            subject_id=her.id,
            field=ContactField.ADDRESS,
            value="7 Finch Row",
            mark=ContactMark.OLD,
            flagged_on=clock.today(),
            flagged_by=pair.vss.person_id,
        )
    )
    db.flush()

    for told in (
        "Say blue  LANTERN at the door",
        "Call 0555 778899 first",
        "They lived at 7 finch row",
        "Not through ivan",
        "Send nothing to Old Mill 4, Marlen",
    ):
        with pytest.raises(Invalid, match=r"error\.names_in_joint"):
            joint(db, pair, told)
    for harmless in (
        "Her mother comes on mornings",
        "His brother and the Police of Marlen",
        "A lantern, blue",
    ):
        assert joint(db, pair, harmless).text == harmless


def test_a_channel_that_is_but_a_word_or_two_stops_nobody(db: Session, make: Make) -> None:
    pair = make.pair()
    her = make.subject(pair.vss_file)
    her.safe_channel = "her colleague"
    db.flush()

    assert joint(db, pair, "Her colleague takes part")
    her.safe_channel = "through her colleague Vera"
    db.flush()
    with pytest.raises(Invalid, match=r"error\.names_in_joint"):
        joint(db, pair, "Write through her colleague Vera")


def test_what_looks_telling_in_the_plan_the_minutes_and_at_the_end_goes_when_it_is_sent_again(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    text = "Meet at 12 Linden Road, near St Anna School"
    with pytest.raises(LooksTelling, match=r"error\.looks_telling") as raised:
        joint(db, pair, text, ())
    assert raised.value.hits == ("12 Linden Road", "St Anna School")
    action = joint(db, pair, text, raised.value.hits)
    again = partial(
        action_plans.revise,
        db,
        action_id=action.id,
        need="Safety",
        due_on=clock.today(),
        service_id=action.service_id,
        person_id=action.person_id,
        version=action.version,
        meant=(),
    )
    with pytest.raises(LooksTelling):
        again(pair.vss, text=f"{text} or at 3 Elder Lane")
    assert again(pair.vss, text=f"{text}, at noon").text == f"{text}, at noon"

    meeting = make.table(pair)
    tables.close(db, pair.pp, meeting.id)
    correct = partial(
        minutes.correct, db, meeting_id=meeting.id, item_id=meeting.items[0].id, number=1, meant=()
    )
    with pytest.raises(LooksTelling):
        correct(pair.vss, texts_of={Entry.FACTS: text})
    assert correct(pair.pp, texts_of={Entry.FACTS: text})

    closing = closings.begin(db, pair.vss, pair.case.id)
    write = partial(closing_texts.write, db, pair.vss, closing.id, key="course", words=text, version=0)
    with pytest.raises(LooksTelling):
        write(meant=())
    assert write(meant=("12 Linden Road", "St Anna School")).text == text
    acts = set(db.scalars(select(Event.act).where(Event.act.contains("meant"))))
    assert acts == {"meant", "write_meant"}


def test_what_looks_telling_on_the_risk_and_in_what_became_of_an_action_goes_when_it_is_sent_again(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, address="Kossuth Lajos utca 14, Szeged")
    found = risk.opened(db, pair, {"strangled": Seen.PRESENT}, {})
    action = joint(db, pair, "Talk with her")
    text, hits = "She moved to Kossuth, call +36 30 999 8877", ("+36 30 999 8877", "Kossuth")
    later = action.due_on + timedelta(days=9)
    writes: list[Callable[..., object]] = [
        partial(
            risk_boards.add_action,
            assessment_id=found.id,
            about=HER,
            item="strangled",
            need="Safety",
            text=text,
            due_on=clock.today(),
            service_id=pair.vss.service_id,
        ),
        partial(
            risk_boards.settle,
            assessment_id=found.id,
            about=HER,
            item="strangled",
            seen=Seen.PRESENT,
            note=text,
            number=0,
        ),
        partial(
            risk_levels.choose,
            assessment_id=found.id,
            grade=RiskGrade.LOW,
            reason="Calm",
            below_reason=text,
            number=0,
        ),
        partial(
            risk_boards.add_result,
            assessment_id=found.id,
            instrument="An instrument",
            done_on=clock.today(),
            done_by="Her counsellor",
            result=text,
        ),
        partial(action_plans.postpone, action_id=action.id, due_on=later, reason=text, version=1),
        partial(
            action_plans.set_state,
            action_id=action.id,
            state=ActionState.NOT_POSSIBLE,
            reason=text,
            version=2,
        ),
    ]

    for write in writes:
        with pytest.raises(LooksTelling) as raised:
            write(db, pair.vss, meant=())
        assert set(raised.value.hits) == set(hits)
        write(db, pair.vss, meant=hits)

    assert db.scalar(select(func.count()).where(Event.act == "meant")) == len(writes)
    assert "meant" not in {event.act for event in db.scalars(access.visible_events(pair.pp))}


def test_a_note_that_stood_there_is_not_asked_about_again(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {}, {})
    settle = partial(
        risk_boards.settle, db, assessment_id=found.id, about=HER, item="strangled", note="At 12 Linden Road"
    )
    settle(pair.pp, seen=Seen.PRESENT, number=0, meant=())

    assert settle(pair.vss, seen=Seen.NOT_PRESENT, number=1, meant=()).number == 2


def test_what_stands_at_the_table_is_told_to_her_service_alone_and_on_no_shared_screen(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    tables.write_item(
        db, pair.pp, meeting.items[0].id, entry=Entry.FACTS, text="He saw her at 12 Linden Road", seen=""
    )

    hers = sittings.of_meeting(db, pair.vss, meeting.id).alike
    assert hers == {unsent.slot(meeting.items[0].id, Entry.FACTS): ["12 Linden Road"]}
    assert sittings.of_meeting(db, pair.pp, meeting.id).alike == {}
    assert shared_screens.of_meeting(db, pair.vss, meeting.id).alike == {}
