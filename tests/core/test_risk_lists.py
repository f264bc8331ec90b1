"""The lists: what the product ships with its sources and banner, and the services' own, checked and frozen."""

import pytest
from sqlalchemy.orm import Session

from core.access import Actor
from core.content import risk_checklists
from core.content.risk_checklists import Group
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import Role, Seen, ServiceKind
from core.operations import risk_assessments, risk_boards, risk_lists
from core.operations.first_passes import HER
from tests import risk
from tests.make import Make

FILE = """title = "Our list"
source = "Held by our organisation, used with leave"

[[item]]
group = "non_specific"
text = "The second question"

[[item]]
group = "serious"
text = "The first question"
source = "Page 3"
"""


@pytest.fixture
def administrator(make: Make) -> Actor:
    return make.actor(make.service(ServiceKind.PP), Role.ADMINISTRATOR)


def test_what_is_shipped_names_its_sources_and_claims_no_original() -> None:
    woman = risk_checklists.load(risk_checklists.WOMAN)
    children = risk_checklists.load(risk_checklists.CHILDREN)

    assert [len(woman.of(group)) for group in woman.groups] == [14, 11]
    assert "not included in this software" in woman.banner
    assert "Section A" not in f"{woman.title} {woman.banner} {woman.source}"
    assert [item.line for item in children.items] == list(range(317, 335))
    assert [one.line for one in children.principles] == [306, 307, 308, 309]
    assert all(item.source for item in (*woman.items, *children.items))
    assert [item.line for item in children.items if item.note] == [317, 318, 319, 330, 334]


def test_a_list_is_entered_as_a_file_and_frozen_when_released(
    db: Session, make: Make, administrator: Actor
) -> None:
    drafted = risk_lists.enter_file(db, administrator, typed=FILE)
    risk_lists.release(db, administrator, version=drafted.version)
    pair = make.pair()
    found = risk.opened(db, pair, {}, {})

    board = risk_boards.of_assessment(db, pair.pp, found.id)
    with pytest.raises(Conflict, match=r"error\.risk\.no_list_draft"):
        risk_lists.drop_item(db, administrator, item_id="own_2_1", version=drafted.version)

    assert [(one.item.title, one.item.group) for one in board.lines] == [
        ("The first question", Group.SERIOUS),
        ("The second question", Group.NON_SPECIFIC),
    ]
    assert board.version.woman.title == "Our list"
    assert [one.number for one in risk_lists.released(db, administrator)] == [2]


def test_a_running_assessment_stays_on_the_list_it_began_with(
    db: Session, make: Make, administrator: Actor
) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    drafted = risk_lists.enter_file(db, administrator, typed=FILE)
    risk_lists.release(db, administrator, version=drafted.version)

    risk.say(db, pair.pp, found.id, "strangled", Seen.PRESENT)

    assert len(risk_assessments.version(db, pair.pp, found.id).list_of(HER).items) == 25


def test_a_list_is_entered_item_by_item(db: Session, administrator: Actor) -> None:
    drafted = risk_lists.begin(
        db, administrator, title="Ours", source="Our own", item="First", group=Group.NON_SPECIFIC
    )
    risk_lists.add_item(
        db, administrator, item="Second", group=Group.SERIOUS, item_source="Page 2", version=drafted.version
    )

    made = risk_lists.content_of(drafted)
    assert [(one.title, one.source) for one in made.items] == [("Second", "Page 2"), ("First", "Our own")]
    risk_lists.drop_item(db, administrator, item_id=made.items[0].id, version=drafted.version)
    [left] = risk_lists.content_of(drafted).items
    with pytest.raises(Conflict, match=r"error\.risk\.list_needs_an_item"):
        risk_lists.drop_item(db, administrator, item_id=left.id, version=drafted.version)
    with pytest.raises(NotFound):
        risk_lists.drop_item(db, administrator, item_id="another", version=drafted.version)
    risk_lists.discard(db, administrator, version=drafted.version)
    assert risk_lists.draft(db, administrator) is None


@pytest.mark.parametrize(
    ("file", "reason", "line"),
    [
        (FILE.replace("serious", "very_bad"), "item number 2 group", None),
        (FILE.replace('source = "Held', 'sauce = "Held'), "source: this is missing", None),
        (FILE.replace("text =", "test =", 1), "item number 1 text: this is missing", None),
        (FILE + "scale = [0, 1]\n", "item number 2 scale: this is not known here", None),
        (FILE.replace('"Page 3"', '"Page 3'), "this is not TOML", 11),
        ("Our list", "this is not TOML", 1),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(
    db: Session, administrator: Actor, file: str, reason: str, line: int | None
) -> None:
    with pytest.raises(Invalid) as refused:
        risk_lists.enter_file(db, administrator, typed=file)

    assert refused.value.key == ("error.risk.file_line" if line else "error.risk.file")
    assert reason in str(refused.value.values["reason"])
    assert refused.value.values["line"] == line
    assert risk_lists.draft(db, administrator) is None


def test_an_item_stands_once_and_in_a_group(db: Session, administrator: Actor) -> None:
    given = {"title": "Ours", "source": "Our own", "item": "First"}

    with pytest.raises(Invalid, match=r"error\.risk\.group"):
        risk_lists.begin(db, administrator, **given, group=None)
    drafted = risk_lists.begin(db, administrator, **given, group=Group.SERIOUS)
    with pytest.raises(Invalid, match=r"error\.risk\.item_twice"):
        risk_lists.add_item(db, administrator, item="First", group=Group.SERIOUS, version=drafted.version)
    with pytest.raises(Invalid, match=r"error\.empty"):
        risk_lists.add_item(db, administrator, item="x", group=Group.SERIOUS, version=drafted.version)
    with pytest.raises(Conflict, match=r"error\.risk\.list_draft_exists"):
        risk_lists.enter_file(db, administrator, typed=FILE)


def released(db: Session, administrator: Actor, file: str = FILE) -> None:
    drafted = risk_lists.enter_file(db, administrator, typed=file)
    risk_lists.release(db, administrator, version=drafted.version)


def test_a_list_that_holds_is_corrected_without_entering_it_again(db: Session, administrator: Actor) -> None:
    released(db, administrator, FILE.replace("Held by our", "Held " + "by " * 120 + "our"))

    drafted = risk_lists.begin_from_current(db, administrator)
    risk_lists.drop_item(
        db, administrator, item_id=risk_lists.content_of(drafted).items[0].id, version=drafted.version
    )
    risk_lists.add_item(
        db, administrator, item="The first question, put right", group=Group.SERIOUS, version=drafted.version
    )
    with pytest.raises(Conflict, match=r"error\.risk\.list_draft_exists"):
        risk_lists.begin_from_current(db, administrator)
    risk_lists.release(db, administrator, version=drafted.version)

    now = risk_lists.load(db, risk_lists.current(db))
    assert [(one.title, one.group) for one in now.items] == [
        ("The first question, put right", Group.SERIOUS),
        ("The second question", Group.NON_SPECIFIC),
    ]
    assert now.items[0].source == now.source
    assert (now.title, now.version) == ("Our list", 3)


def test_the_shipped_list_is_taken_up_and_goes_on_to_say_what_it_is(
    db: Session, administrator: Actor
) -> None:
    shipped = risk_checklists.load(risk_checklists.WOMAN)

    drafted = risk_lists.begin_from_current(db, administrator)
    risk_lists.add_item(
        db, administrator, item="Ours beside them", group=Group.NON_SPECIFIC, version=drafted.version
    )

    made = risk_lists.content_of(drafted)
    assert [one.title for one in made.items] == [*(one.title for one in shipped.items), "Ours beside them"]
    assert [one.source for one in made.items][:25] == [one.source for one in shipped.items]
    assert "not included in this software" in made.banner


def test_the_shipped_list_is_used_again_with_its_own_items(
    db: Session, make: Make, administrator: Actor
) -> None:
    with pytest.raises(Conflict, match=r"error\.risk\.list_holds"):
        risk_lists.use_shipped(db, administrator)
    released(db, administrator)
    assert not risk_lists.is_shipped(db, administrator)

    risk_lists.use_shipped(db, administrator)

    assert risk_lists.is_shipped(db, administrator)
    found = risk.begun(db, make.pair())
    assert found.woman_list == 3
    assert [item.id for item in risk_lists.load(db, 3).items][:2] == ["strangled", "threat_to_kill"]
    assert "not included in this software" in risk_lists.load(db, 3).banner


def test_only_an_administrator_begins_from_a_list_or_goes_back(db: Session, make: Make) -> None:
    actor = make.pair().pp
    for operation in (risk_lists.begin_from_current, risk_lists.use_shipped, risk_lists.is_shipped):
        with pytest.raises(NotAllowed):
            operation(db, actor)


def test_only_an_administrator_enters_a_list(db: Session, make: Make) -> None:
    with pytest.raises(NotAllowed):
        risk_lists.enter_file(db, make.pair().pp, typed=FILE)


def test_a_list_that_is_full_says_so_and_keeps_what_it_holds(db: Session, make: Make) -> None:
    administrator = make.actor(make.service(), Role.ADMINISTRATOR)
    items = "".join(f'[[item]]\ngroup = "serious"\ntext = "Item {one}"\n' for one in range(80))
    drafted = risk_lists.enter_file(db, administrator, typed=f'title = "Ours"\nsource = "Our own"\n{items}')

    with pytest.raises(Invalid, match=r"error\.risk\.list_full") as refused:
        risk_lists.add_item(db, administrator, item="One more", group=Group.SERIOUS, version=drafted.version)

    assert (refused.value.field, refused.value.values["most"]) == ("item", 80)
    assert len(risk_lists.content_of(drafted).items) == 80
