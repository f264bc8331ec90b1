"""The set-up code, and what it opens."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock, first_start
from core.errors import Invalid, NotAllowed
from core.first_start import FirstPerson
from core.models import Account, Cooperation, PersonRole, Role

ADA = FirstPerson("Ada W.", "Ada", "seven herons over the mill")


def set_up(
    db: Session, code: str, person: FirstPerson = ADA, again: str = "", vss: str = "Aurora"
) -> Account:
    return first_start.set_up(
        db,
        code=code,
        administrator=person,
        pp_name="Turning Point",
        vss_name=vss,
        again=again or person.password,
    )


def test_the_code_makes_two_services_and_an_administrator_who_sees_no_case(db: Session) -> None:
    code = first_start.new_code(db)
    assert code is not None
    db.flush()

    account = set_up(db, code.lower())

    assert account.username == "ada"
    assert db.scalars(select(PersonRole.role)).all() == [Role.ADMINISTRATOR]
    assert len(db.scalars(select(Cooperation)).all()) == 1
    assert first_start.is_set_up(db)


def test_there_is_no_second_set_up(db: Session) -> None:
    code = first_start.new_code(db)
    assert code is not None
    db.flush()
    set_up(db, code)
    db.flush()

    with pytest.raises(NotAllowed, match="set_up_done"):
        set_up(db, code)
    assert first_start.new_code(db) is None


def test_a_code_lasts_a_day(db: Session) -> None:
    code = first_start.new_code(db)
    assert code is not None
    db.flush()

    with (
        time_machine.travel(clock.now() + timedelta(hours=24, minutes=1), tick=False),
        pytest.raises(Invalid, match="set_up_code"),
    ):
        set_up(db, code)


def test_a_new_start_prints_a_new_code_and_the_old_one_is_dead(db: Session) -> None:
    old = first_start.new_code(db)
    db.flush()
    new = first_start.new_code(db)
    db.flush()
    assert old is not None
    assert new is not None

    with pytest.raises(Invalid, match="set_up_code"):
        set_up(db, old)
    assert set_up(db, new)


@pytest.mark.parametrize(
    ("person", "again", "vss", "field"),
    [
        (FirstPerson("", "ada", ADA.password), ADA.password, "Aurora", "name"),
        (FirstPerson("Ada", "", ADA.password), ADA.password, "Aurora", "username"),
        (FirstPerson("Ada", "ada", "short"), "short", "Aurora", "password"),
        (ADA, "something else", "Aurora", "again"),
        (ADA, ADA.password, "Turning Point", "vss_name"),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field(
    db: Session, person: FirstPerson, again: str, vss: str, field: str
) -> None:
    code = first_start.new_code(db)
    assert code is not None
    db.flush()

    with pytest.raises(Invalid) as refusal:
        set_up(db, code, person, again, vss)

    assert refusal.value.field == field


def test_the_two_services_need_different_names(db: Session) -> None:
    code = first_start.new_code(db)
    assert code is not None
    db.flush()

    with pytest.raises(Invalid, match="same_name"):
        set_up(db, code, vss="Turning Point")


def test_the_terminal_says_the_code() -> None:
    said = first_start.announcement("ABCD-EFGH", address="http://127.0.0.1:9000")

    assert "ABCD-EFGH" in said
    assert "Open http://127.0.0.1:9000 and" in said
