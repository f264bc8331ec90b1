"""The table of access: every cell decided as it was reviewed, and tried in earnest through operation and database."""

import csv
import io
from collections import defaultdict
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from core.access import GRANTED_BY, PERMISSIONS
from core.content import access_rules, files
from core.content.access_rules import Act, Cell, HeldBy, Need, Relation, Space, Why
from core.errors import ContentError
from core.models import Role
from tests.core import access_cells, access_world
from tests.make import Make

RULES = access_rules.load()
REVIEWED = Path(__file__).with_name("access_cells.csv")
ROLES = (*(str(role) for role in Role), "anonymous")
#: Every so many of the cells are tried in earnest; all of them on both databases by `python -m tests.campaign access`.
EVERY = {"sqlite": 4, "postgresql": 7}


def granted() -> str:
    """Every cell that is allowed, the roles of a row side by side; what is not in it is refused."""
    rows: dict[tuple[str, Act, Relation, Space], list[str]] = defaultdict(list)
    for cell in RULES.cells(ROLES):
        if RULES.decide(cell).is_allowed:
            rows[cell.kind, cell.act, cell.relation, cell.space].append(cell.role)
    page = io.StringIO()
    table = csv.writer(page, lineterminator="\n")
    table.writerow(["kind", "act", "relation", "joint space", "roles"])
    table.writerows([*row, " ".join(roles)] for row, roles in rows.items())
    return page.getvalue()


def test_every_cell_is_decided_as_it_was_reviewed() -> None:
    assert granted() == REVIEWED.read_text(encoding="utf-8")


def test_the_number_of_cells_is_the_one_that_the_documents_say() -> None:
    text = (Path(__file__).parents[2] / "docs" / "access.md").read_text(encoding="utf-8")

    assert f"{sum(1 for _ in RULES.cells(ROLES)):,} cells" in text


def test_the_printed_table_is_the_one_that_the_program_goes_by() -> None:
    text = (Path(__file__).parents[2] / "docs" / "access.md").read_text(encoding="utf-8")

    assert access_rules.as_markdown(RULES) in text


def test_taking_a_role_or_an_opening_away_never_gives_a_right() -> None:
    of_what_was_shared = {
        kind.id for kind in RULES.kinds if any(one.needs is Need.SHARED for one in kind.grants)
    }
    for cell in RULES.cells(ROLES):
        if RULES.decide(cell).is_allowed and cell.space is Space.CLOSED:
            # What was taken back is open and not shared any more.
            for space in {Space.RELEASED} if cell.kind in of_what_was_shared else set(Space):
                wider = Cell(cell.kind, cell.act, cell.role, cell.relation, space)
                assert RULES.decide(wider).is_allowed, wider


def test_what_is_left_when_the_joint_space_closes_is_an_own_record_or_that_a_notice_was_sent() -> None:
    asked_of_what_was_shared = {
        kind.id for kind in RULES.kinds for grant in kind.grants if grant.needs is Need.SHARED
    }
    across = {
        cell.kind
        for cell in RULES.cells(ROLES)
        if RULES.decide(cell).is_allowed
        and cell.relation is Relation.OTHER
        and cell.space is Space.CLOSED
        and RULES.kind(cell.kind).klass != "C2"
    }

    assert asked_of_what_was_shared == {"unread_notice", "known_notice", "notice_call", "notice_talk"}
    assert not across


def test_nobody_without_an_office_or_a_relation_may_anything() -> None:
    for cell in RULES.cells(ROLES):
        if cell.role == "anonymous" or cell.relation in {Relation.STRANGER, Relation.COLLEAGUE}:
            assert not RULES.decide(cell).is_allowed, cell


def test_what_must_never_reach_the_programme_has_no_way_out_and_no_other_reader() -> None:
    for kind in RULES.kinds:
        if kind.klass == "C6":
            assert kind.held_by is HeldBy.VSS
            assert {grant.who for grant in kind.grants} == {Relation.OWN}
            assert {grant.act for grant in kind.grants} == {Act.READ, Act.WRITE}


def test_a_refusal_says_what_it_lacks() -> None:
    def why(act: Act, role: str, relation: Relation, space: Space) -> Why:
        return RULES.decide(Cell("joint_item", act, role, relation, space)).why

    assert why(Act.READ, "case_manager", Relation.OTHER, Space.RELEASED) is Why.GRANTED
    assert why(Act.READ, "case_manager", Relation.OTHER, Space.OPEN) is Why.CLOSED
    assert why(Act.READ, "administrator", Relation.OTHER, Space.RELEASED) is Why.ROLE
    assert why(Act.READ, "case_manager", Relation.STRANGER, Space.RELEASED) is Why.RELATION
    assert why(Act.READ, "case_manager", Relation.OFFICE, Space.RELEASED) is Why.RELATION
    assert why(Act.ADMINISTER, "administrator", Relation.OWN, Space.OPEN) is Why.NOT_GRANTED


def test_every_permission_stands_in_the_table() -> None:
    for permission, (kind, act) in GRANTED_BY.items():
        assert PERMISSIONS[permission] == RULES.roles_for(kind, act)
        assert PERMISSIONS[permission]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{ act = "share", who = "own", roles = ["case_manager"] }', "no way out"),
        ('{ act = "read", who = "other", roles = ["case_manager"] }', "no way out"),
        ('{ act = "read", who = "guest", roles = ["guest"] }', "nobody stands so"),
        ('{ act = "read", who = "own", roles = ["a_friend"] }', "no role"),
    ],
)
def test_a_grant_that_would_let_her_contacts_out_stops_the_start(
    tmp_path: Path, line: str, reason: str
) -> None:
    source = Path(access_rules.__file__).parent
    folder = tmp_path / "access"
    folder.mkdir()
    table = (source / "access" / "v1.toml").read_text(encoding="utf-8")
    head, _, tail = table.partition('id = "her_contacts"')
    (folder / "v1.toml").write_text(
        head + 'id = "her_contacts"' + tail.replace("grants = [", f"grants = [\n    {line},", 1)
    )
    (folder / "v1.en.toml").write_text((source / "access" / "v1.en.toml").read_text(encoding="utf-8"))

    with pytest.raises(ContentError, match=reason):
        files.read(access_rules.AccessRules, access_rules.KIND, 1, "en", folder=tmp_path)


def test_every_act_that_anybody_is_granted_is_tried_in_earnest() -> None:
    granted = {(kind.id, grant.act) for kind in RULES.kinds for grant in kind.grants}

    assert granted == set(access_world.TRIES)


@pytest.mark.no_cover  # thousands of tries of what other tests walk through once
@pytest.mark.parametrize("space", list(Space))
def test_what_the_table_decides_is_what_operations_and_database_do(
    db: Session, make: Make, space: Space
) -> None:
    every = EVERY[db.get_bind().dialect.name]

    found = access_cells.tried(db, make, space, every=every)

    assert found.wrong == [], "\n".join(found.wrong)
    assert found.tried >= 4_000 // every, found.tried
