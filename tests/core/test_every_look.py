"""Every operation that starts from texts of class C3 to C6 leaves its line in the log, or stands here with its reason."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from core import audit, models
from core.data_classes import CLASSES

CORE = Path(__file__).parent.parent.parent / "core"
CLOSE = {"C3", "C4", "C5", "C6"}
#: What finds a case or a file; what stands in them has tables of its own.
WAYS = {"case", "case_file"}
LINES = {"audit.look", "audit.record", "audit.note"}
#: A document leaves by one way, which records it.
LEAVES = "outgoing.document"

#: Read without a line of its own, by the reason why.
WITHOUT: dict[str, set[str]] = {
    "hands a record to another operation, which leaves the line": {
        *("action_plans.find", "action_plans.open_of_last_meetings", "copies_closing.pieces"),
        *(
            "copies_digital.pieces",
            "copies_risk.pieces",
            "episode_releases.live",
            "erasures.find",
            "immediate_notices.of_entry",
        ),
        *("immediate_notices.told_entries", "meetings.find", "meetings.find_unbegun", "meetings.hold"),
        *("notice_paths.of_own", "notice_paths.of_paths", "papers_for_him.consent_paper"),
        *("papers_for_him.him", "path_entries.enter_episode", "person_requests.subject_of"),
        *("picture_joint.meetings", "presences.running", "releases.consent_for", "releases.end"),
        *("first_passes.own_pass", "first_passes.require_workable"),
        *("minutes.correctable", "responses.of_case", "responses.rows_of", "risk_levels.standing"),
        *(
            "t_points.find",
            "tables.find_item",
            "tables.go_to",
            "strike_copies.hold",
            "strike_copies.of_meeting",
        ),
    },
    "a part of a page that has left its line before": {
        *("contact_changes.of_case", "contact_changes.warning", "contact_flags.of_case"),
        *("contact_flags.unseen", "first_passes.answer_of"),
        *("notice_paths.of_case", "path_entries.of_case", "reentries.undecided", "responses.answer_of"),
        *("responses.answered_by", "risk_assessments.settled_by", "risk_levels.of_assessment"),
        "risk_earlier.settled_before",
        "files.written_by",
        *("t_points.moves", "t_points.of_case", "releases.without_his_consent", "risk_boards.own_results"),
        *("emergency_facts.open_notices", "emergency_facts.risk_level", "emergency_facts.risk_note"),
        "emergency_facts.known",
        *("risk_minutes.level", "risk_minutes.settled", "agenda_items.waiting"),
    },
    "gives a number, a day, or whether there is something, and no text": {
        *("closing_checks.lacking", "closing_checks.times", "closing_days.follow_up"),
        *("closing_days.free_follow_up", "closing_days.hold_follow_up", "closing_days.last"),
        *("cooperations.running", "cooperations.summary"),
        *("erasures.is_above_low", "erasures.still_open", "erasures.to_confirm", "erasures.would_go"),
        *(
            "notice_documents.is_due",
            "notices_due.under_way",
            "presences.candidates",
            "presences.sitting_of",
            "risk_boards.pulse",
            "sittings.pulse",
        ),
        *("sittings.following", "agreement_losses.of_case", "risk_unbegun.may_ask"),
        *("strikes.preview", "break_glass.to_review", "rights_today.waiting"),
        *("risk_boards.left", "risk_occasions.offered", "case_times.of_actor"),
        *("reentries.anew", "t_points.asked_on", "change_due.open_in"),
        *("next_meetings.same_people", "timelines.asking_for_risk", "unbegun.may_take_back"),
    },
    "a list that leads to a page, by code, kind and day; the page leaves the line": {
        *("earlier_passes.of_case", "first_passes.still_shared"),
        *(
            "case_lists.list_mine",
            "change_due.waiting",
            "contact_news.waiting",
            "expectations.due",
            "meeting_lists.search",
        ),
        *("meetings.list_ahead", "meetings.list_of_case", "meetings.list_of_cooperation"),
        *("notice_paths.recent", "notices_due.waiting", "person_requests.register", "releases.waiting"),
        *(
            "requests.list_open",
            "risk_due.waiting",
            "risk_news.waiting",
            "shared_news.waiting",
            "held_up.waiting",
            "meetings_due.waiting",
            "safety_actions.due",
            "safety_plans.due",
            "release_tellings.waiting",
        ),
        *("copy_choices.waiting", "strike_news.waiting"),
        *("case_due.soonest", "case_heads.of_case", "case_heads.with_walk"),
        *("ended_agreements.stopped", "ended_agreements.stopped_of_case"),
    },
    "what everybody has to do themselves, on the first page of their day and in their own list": {
        *("my_actions.search", "my_actions.waiting"),
    },
    "what the actor typed themselves": {
        *("agreement_unsent.mine", "agreement_unsent.of_agreement", "closing_unsent.mine"),
        *("break_glass.mine", "episode_releases.preview", "immediate_notices.preview"),
        *("path_releases.preview", "unsent.mine", "unsent.of_slots"),
    },
}


@dataclass
class Found:
    """What one function does by itself."""

    is_open: bool
    starts: set[str] = field(default_factory=set)
    has_line: bool = False
    #: The acts of its looks.
    acts: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)


@cache
def _statements() -> dict[str, str]:
    """The statements of core.access that show texts of these classes, each with its table."""
    found = {}
    for path in (CORE / "access").glob("*.py"):
        for made in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(made, ast.FunctionDef) or made.returns is None:
                continue
            shows = re.fullmatch(r"Select\[(\w+)\]", ast.unparse(made.returns))
            table = getattr(getattr(models, shows[1], None), "__tablename__", None) if shows else None
            if table and table not in WAYS and CLOSE & set(CLASSES.get(table, {}).values()):
                found[made.name] = table
    return found


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    for made in tree.body:
        if isinstance(made, ast.FunctionDef):
            yield made.name, made
        elif isinstance(made, ast.ClassDef):
            yield from ((f"{made.name}.{name}", one) for name, one in _functions(ast.Module(made.body, [])))


def _imported(tree: ast.Module) -> dict[str, str]:
    """What a name of this module means elsewhere in the operations."""
    found = {}
    for one in ast.walk(tree):
        if isinstance(one, ast.ImportFrom) and (one.module or "").startswith("core.operations"):
            module = (one.module or "").removeprefix("core.operations").strip(".")
            for each in one.names:
                found[each.asname or each.name] = f"{module}.{each.name}".strip(".")
    return found


@cache
def _operations() -> dict[str, Found]:
    found = {}
    for path in (CORE / "operations").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions, imported = dict(_functions(tree)), _imported(tree)
        for name, made in functions.items():
            arguments = [one.arg for one in made.args.args]
            one = Found(not name.startswith("_") and "." not in name and arguments[:2] == ["db", "actor"])
            one.has_line = LEAVES in {ast.unparse(each) for each in made.decorator_list}
            for call in ast.walk(made):
                if not isinstance(call, ast.Call):
                    continue
                said = ast.unparse(call.func)
                first, _, rest = said.partition(".")
                one.has_line |= said in LINES
                if said == "audit.look":
                    one.acts.add(ast.literal_eval(call.args[2]) if len(call.args) > 2 else "read")
                if first == "access" and rest in _statements():
                    one.starts.add(_statements()[rest])
                elif said in functions:
                    one.calls.add(f"{path.stem}.{said}")
                elif first in imported:
                    one.calls.add(f"{imported[first]}.{rest}".strip("."))
            found[f"{path.stem}.{name}"] = one
    return found


def _reach(name: str, seen: set[str]) -> tuple[set[str], bool]:
    """The tables that an operation starts from, itself or by another one; and does it leave a line?"""
    if name in seen or name not in _operations():
        return set(), False
    seen.add(name)
    one = _operations()[name]
    starts, has_line = set(one.starts), one.has_line
    for called in one.calls:
        more, line = _reach(called, seen)
        starts |= more
        has_line |= line
    return starts, has_line


def test_whoever_reads_texts_of_these_classes_leaves_a_line_or_the_reason_why_not_stands_here() -> None:
    without = {
        name
        for name, one in _operations().items()
        if one.is_open and (reached := _reach(name, set()))[0] and not reached[1]
    }

    assert len(_statements()) > 40
    assert without == set().union(*WITHOUT.values())


def test_whoever_reads_what_is_kept_closest_is_asked_for_a_proof_or_gets_it_without_contacts() -> None:
    """By the act of its line (core.audit); of people and flags only the codes leave without a proof."""
    closed = {"subject", "contact_flag"}
    closest = {table for table, columns in CLASSES.items() if "C6" in columns.values()} - closed
    acts = {
        name: one.acts
        for name, one in _operations().items()
        if one.is_open and one.acts and one.starts & closest
    }

    assert len(acts) > 5
    assert {name for name, told in acts.items() if not told <= audit.HERS | audit.CLOSE} == set()
