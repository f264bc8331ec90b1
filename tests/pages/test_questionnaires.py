"""The page Questionnaires on change: pasted or taken from a folder, told what is wrong, released, ended, discarded."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import Questionnaire, Role
from core.settings import settings
from tests.change import STRUCTURE, WORDS
from tests.make import Make
from tests.pages.conftest import Desk, press, said
from tests.pages.test_risk import by_label


def test_an_administrator_enters_a_questionnaire_and_is_told_what_is_wrong(
    db: Session, make: Make, desk: Desk
) -> None:
    ada = make.actor(make.service(), Role.ADMINISTRATOR)
    db.commit()
    at = desk.open(ada, "questionnaires")
    assert "She at T0, T1, T2, T3, T4: Short form for her" in said(at)

    by_label(at.text_area, "Structure").set_value(STRUCTURE.replace('scale = "often"', 'scale = "oft"', 1))
    by_label(at.text_area, "Words").set_value(WORDS)
    press(at, "Check it and take it over")
    assert "v1.toml, line 18: question 'lives', scale: there is no scale 'oft'" in said(at).replace("\\", "")
    by_label(at.text_area, "Structure").set_value(STRUCTURE)
    press(at, "Check it and take it over")
    text = said(at).replace("\\", "")
    assert "Being entered: Ours for her" in text
    assert "less is better" in text
    assert "only if “Does he live with you?” is answered with Some / Much" in text
    press(at, "Release it")

    assert "She at T0, T1: Ours for her" in said(at).replace("\\", "")
    press(at, "Ask by it no more")
    assert "She at T0, T1, T2, T3, T4: Short form for her" in said(at)
    [kept] = db.scalars(select(Questionnaire))
    assert kept.ended_at is not None


def test_an_administrator_takes_one_from_the_folder_or_discards_it(
    db: Session, make: Make, desk: Desk
) -> None:
    here = settings().home / "questionnaires" / "ours"
    here.mkdir(parents=True)
    (here / "v1.toml").write_text(STRUCTURE, "utf-8")
    (here / "v1.en.toml").write_text(WORDS, "utf-8")
    ada = make.actor(make.service(), Role.ADMINISTRATOR)
    db.commit()
    at = desk.open(ada, "questionnaires")

    next(one for one in at.button if one.key == "questionnaire:from_folder").click().run()
    assert "Being entered: Ours for her" in said(at).replace("\\", "")
    press(at, "Discard it")

    assert "Being entered" not in said(at)
