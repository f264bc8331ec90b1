"""What opens only when somebody presses, switches or chooses gives the programme no word of hers either.

The short form of a long trial: `make campaign` presses everything on every page, as every role, and searches every word.
"""

from core.models import Role
from tests.canary.conftest import Ground
from tests.canary.sweep import OPENINGS, Sweep

PAGES = ("cases", "case", "plan", "picture", "table", "minutes", "log", "team")
MOST = 5


def test_nothing_that_a_case_manager_opens_by_pressing_shows_a_word_of_hers(ground: Ground) -> None:
    actor = ground.planted.person(Role.CASE_MANAGER)
    forbidden = ground.planted.forbidden_to(actor.roles)
    programme = Sweep(ground.desk, ground.planted, actor, "case manager", forbidden)

    pressed = sum(
        programme.press_all(page, OPENINGS[page][0], most=MOST) for page in PAGES if page in programme.pages()
    )

    assert pressed > 2 * MOST
    assert programme.hits == []
