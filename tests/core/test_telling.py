"""What leaves her file is looked through for what says where she is: measured on a corpus that is the same each time."""

import random
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.content import telling as content
from core.errors import Invalid
from core.models import Event, Subject, SubjectKind
from core.operations import joint_items, telling
from tests.make import Make, share, terms

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
        "11\nWhat may be said, and by whom\n2\n12\nNext meeting and close",
    ],
)
def test_an_innocent_text_is_left_alone(text: str) -> None:
    assert telling.alike(text, []) == []


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
