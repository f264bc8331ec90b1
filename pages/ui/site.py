"""The pages, in the order of the menu; a page file is one folder down (lessons 4.1)."""

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

PAGES_FOLDER = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class PageSpec:
    """One page: its key is its address and its key in the words file."""

    key: str
    file: str
    icon: str
    in_menu: bool = True
    audience: Literal["workers", "guests", "administrators", "log", "offices", "managers", "all"] = "workers"

    @cached_property
    def path(self) -> Path:
        return PAGES_FOLDER / self.file


PAGES = (
    PageSpec("today", "today/today.py", ":material/today:", audience="guests"),
    PageSpec("cases", "cases/register.py", ":material/folder_shared:"),
    PageSpec("meetings", "meetings/register.py", ":material/groups:", audience="guests"),
    PageSpec("actions", "actions/register.py", ":material/checklist:"),
    PageSpec("agreements", "agreements/register.py", ":material/contract:"),
    PageSpec("cooperation", "cooperation/overview.py", ":material/handshake:"),
    PageSpec("services", "admin/services.py", ":material/domain:", audience="administrators"),
    PageSpec("people", "admin/people.py", ":material/badge:", audience="administrators"),
    PageSpec("protocol", "admin/protocol.py", ":material/account_tree:", audience="administrators"),
    PageSpec("risk_list", "admin/risk_list.py", ":material/fact_check:", audience="administrators"),
    PageSpec("questionnaires", "admin/questionnaires.py", ":material/quiz:", audience="administrators"),
    PageSpec("upkeep", "admin/upkeep.py", ":material/backup:", audience="administrators"),
    PageSpec("keeping", "rights/keeping.py", ":material/inventory_2:", audience="offices"),
    PageSpec("log", "log/register.py", ":material/manage_search:", audience="log"),
    PageSpec("me", "today/me.py", ":material/person:", audience="all"),
    # Reached from another page; the address carries an id and nothing else.
    PageSpec("case", "cases/overview.py", ":material/folder_shared:", in_menu=False),
    PageSpec("file", "cases/file.py", ":material/lock:", in_menu=False),
    PageSpec("note", "cases/note.py", ":material/lock:", in_menu=False),
    PageSpec("share", "cases/share.py", ":material/share:", in_menu=False),
    PageSpec("consent", "cases/consent.py", ":material/verified_user:", in_menu=False),
    PageSpec("rights", "rights/case.py", ":material/gavel:", in_menu=False),
    PageSpec("copy", "rights/copy.py", ":material/content_copy:", in_menu=False),
    PageSpec("open_file", "rights/open_file.py", ":material/emergency:", in_menu=False),
    PageSpec("must_not_receive", "cases/must_not_receive.py", ":material/person_off:", in_menu=False),
    PageSpec("papers", "cases/papers.py", ":material/description:", in_menu=False),
    PageSpec("frame", "cases/frame.py", ":material/edit_note:", in_menu=False),
    PageSpec("team", "cases/team.py", ":material/group:", in_menu=False),
    PageSpec("history", "cases/history.py", ":material/history:", in_menu=False),
    PageSpec("request", "cases/request.py", ":material/help:", in_menu=False),
    PageSpec("phase", "cases/phase.py", ":material/route:", in_menu=False),
    PageSpec("timeline", "cases/timeline.py", ":material/timeline:", in_menu=False),
    PageSpec("plan", "cases/action_plan.py", ":material/checklist:", in_menu=False),
    PageSpec("risk", "cases/risk.py", ":material/crisis_alert:", in_menu=False),
    PageSpec("recidivism", "cases/recidivism.py", ":material/history_toggle_off:", in_menu=False),
    PageSpec("notices", "cases/notices.py", ":material/notification_important:", in_menu=False),
    PageSpec(
        "unread_notices",
        "cases/unread_notices.py",
        ":material/notification_important:",
        in_menu=False,
        audience="managers",
    ),
    PageSpec("first_pass", "cases/first_pass.py", ":material/lock:", in_menu=False),
    PageSpec("contact", "cases/contact.py", ":material/contact_phone:", in_menu=False),
    PageSpec("picture", "cases/picture.py", ":material/ssid_chart:", in_menu=False),
    PageSpec("digital", "cases/digital.py", ":material/phonelink_lock:", in_menu=False),
    PageSpec("change", "cases/change.py", ":material/stacked_line_chart:", in_menu=False),
    PageSpec("answers", "cases/answers.py", ":material/lock:", in_menu=False),
    PageSpec("closing", "cases/closing.py", ":material/flag:", in_menu=False),
    PageSpec("talk", "cooperation/talk.py", ":material/forum:", in_menu=False),
    PageSpec("phase_1", "cooperation/phase_1.py", ":material/diversity_3:", in_menu=False),
    PageSpec("glossary", "cooperation/glossary.py", ":material/dictionary:", in_menu=False),
    PageSpec("training", "cooperation/training.py", ":material/school:", in_menu=False),
    PageSpec("review", "cooperation/review.py", ":material/school:", in_menu=False),
    PageSpec("meeting", "meetings/overview.py", ":material/event:", in_menu=False, audience="guests"),
    PageSpec("plan_meeting", "meetings/plan.py", ":material/event:", in_menu=False),
    PageSpec("table", "meetings/table.py", ":material/co_present:", in_menu=False),
    PageSpec("minutes", "meetings/minutes.py", ":material/description:", in_menu=False),
    PageSpec("emergency", "meetings/emergency.py", ":material/e911_emergency:", in_menu=False),
    PageSpec("agreement", "agreements/overview.py", ":material/contract:", in_menu=False),
    PageSpec("draft", "agreements/draft.py", ":material/edit_document:", in_menu=False),
)


def page_file(key: str) -> Path:
    """The file of a page, as `st.page_link` and `st.switch_page` take it."""
    return _FILES[key]


@cache
def is_here(key: str) -> bool:
    """Does this installation have the page?"""
    return key in _FILES and _FILES[key].exists()


_FILES = {spec.key: spec.path for spec in PAGES}
