"""Every field for a text is kept while somebody types, or stands here with its reason."""

import ast
import re
from collections import Counter
from pathlib import Path

from core.locale import Words
from pages.ui import typed_where

PAGES = Path(__file__).parent.parent.parent / "pages"
FIELDS = {"text_input", "text_area", "chat_input"}

#: Fields whose text is not kept, by the reason why: how many in which file.
WITHOUT: dict[str, dict[str, int]] = {
    "a secret or a code": {
        "today/me.py": 3,
        "ui/arriving.py": 3,
        "ui/enrolment.py": 1,
        "ui/first_start_form.py": 1,
        "ui/sign_in_form.py": 4,
        "ui/step_up.py": 3,
    },
    "a search, or words to look for": {
        "cases/file.py": 1,
        "ui/log_filter.py": 1,
        "ui/minutes_strike.py": 1,
        "ui/tables.py": 1,
    },
    "kept by itself: saved, or kept as unsent, as it is typed or left": {
        "ui/new_action.py": 2,
        "ui/writing.py": 1,
    },
    "shown, and not to be changed": {"ui/minutes_changes.py": 1},
    "a name, a number or a code of a few letters, which somebody has before them": {
        "admin/people.py": 5,
        "admin/services.py": 6,
        "cases/file.py": 1,
        "cases/register.py": 2,
        "ui/account_acts.py": 1,
        "ui/duty.py": 1,
        "ui/identity_form.py": 1,
        "ui/risk_child.py": 1,
        "ui/risk_view.py": 1,
    },
    "a whole file that is pasted from elsewhere, with its source": {
        "ui/questionnaire_form.py": 2,
        "ui/risk_list_form.py": 5,
    },
    "a line beside an act that is asked for and done at once": {
        "cases/overview.py": 1,
        "rights/case.py": 1,
        "rights/open_file.py": 2,
        "ui/break_glass_view.py": 1,
        "ui/erasing.py": 3,
        "ui/joint_space.py": 2,
        "ui/last_look.py": 1,
        "ui/person_request_view.py": 3,
        "ui/protocol_release.py": 1,
    },
}


def _fields(path: Path) -> int:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = (one.func for one in ast.walk(tree) if isinstance(one, ast.Call))
    return sum(isinstance(called, ast.Attribute) and called.attr in FIELDS for called in calls)


def test_every_field_for_a_text_is_kept_or_the_reason_why_not_stands_here() -> None:
    found = {
        str(path.relative_to(PAGES)): number for path in PAGES.rglob("*.py") if (number := _fields(path))
    }
    listed: Counter[str] = Counter()
    for files in WITHOUT.values():
        listed.update(files)

    assert found == dict(listed)


#: How a place is written where it is not handed to its form at once.
_NAMED = r"""(?:def (?:note_|text_|_)?slot\(.*\) -> str:\n(?:\s+\"{3}.*\"{3}\n)?\s+return|slot(?:, now)? =|slot=)"""
_PLACE = re.compile(rf"""(?:Kept\(ws,|{_NAMED})\s*f"(?P<place>[a-z_]+):""")
#: What stands between two runs in the state of a page, and is no text.
_NO_TEXT = {
    "begin_asked",
    "draft",
    "fields",
    "forgotten",
    "here",
    "join",
    "meant",
    "reveal",
    "risk",
    "t_undo",
}


def test_of_every_place_in_which_a_text_is_kept_it_is_known_on_which_page_it_stands() -> None:
    sources = [path.read_text(encoding="utf-8") for path in PAGES.rglob("*.py") if path.name != "kept.py"]
    places = {found["place"] for source in sources for found in _PLACE.finditer(source)}
    words = Words("en")

    assert places - _NO_TEXT == set(typed_where.PAGE_OF) - {"agenda_item"}
    assert all(words.has(f"page.{page}") for page in typed_where.PAGE_OF.values())
    assert typed_where.page(words, f"write_action_{'0' * 32}_need") == typed_where.page(
        words, "agenda_item:1"
    )
    assert typed_where.page(words, "unknown:1") == ""
