"""An administrator's new version of the protocol."""

from collections.abc import Callable

import pytest

from core.content import protocol_revisions as revisions
from core.content import protocols
from core.content.protocols import Protocol, Scope, Screen, Side
from core.errors import Invalid

SHIPPED = protocols.load()


def _kept(protocol: Protocol) -> Protocol:
    return Protocol.from_data(protocol.to_data())


def test_a_new_version_renames_and_re_orders_and_the_old_one_stays() -> None:
    new = revisions.next_version(SHIPPED, 2)

    new = revisions.reword(new, "periodic", {"title": " Quarterly look "})
    new = revisions.reword(new, "periodic", {"help": "Briefly."}, step_id="meeting_held")
    new = revisions.order_phases(new, [phase.id for phase in reversed(SHIPPED.phases)])
    new = revisions.order_steps(new, "closing", sorted(step.id for step in SHIPPED.phase("closing").steps))

    assert new.version == 2
    assert new.phases[0].id == "follow_up"
    assert new.phase("periodic").title == "Quarterly look"
    assert new.step("periodic", "meeting_held").help == "Briefly."
    assert new.phase("closing").steps[0].id == "cooperation_reviewed"
    assert _kept(new) == new
    assert SHIPPED.phase("periodic").title == "Periodic joint meetings"


def test_an_added_step_is_done_by_hand_and_its_id_is_of_its_version() -> None:
    new = revisions.next_version(SHIPPED, 3)

    new = revisions.add_step(
        new, "closing", title="Tell the court", help_text="Only facts that are due.", page=Screen.CASE
    )
    new = revisions.add_step(
        new, "closing", title="Her wish", help_text="Ask.", page=Screen.FILE, side=Side.VSS
    )

    first, second = new.phase("closing").steps[-2:]
    assert (first.id, second.id) == ("own_3_1", "own_3_2")
    assert first.completes_by.is_by_hand
    assert (second.page, second.side) == (Screen.FILE, Side.VSS)
    assert _kept(new) == new


@pytest.mark.parametrize("side", list(Side))
def test_a_step_of_the_cooperation_leads_to_no_screen_of_a_case(side: Side) -> None:
    offered = revisions.screens(Scope.COOPERATION, side)

    for page in Screen:
        if page in offered:
            step = revisions.add_step(SHIPPED, "phase_1", title="x", help_text="y", page=page, side=side)
            assert step.phase("phase_1").steps[-1].page is page
        else:
            with pytest.raises(Invalid, match="step_leads_nowhere"):
                revisions.add_step(SHIPPED, "phase_1", title="x", help_text="y", page=page, side=side)
    assert {Screen.COOPERATION, Screen.MEETINGS} <= set(offered)
    assert not {Screen.CASE, Screen.FILE, Screen.CONTACT, Screen.RISK} & set(offered)


def test_only_her_own_service_is_sent_to_the_card_that_says_how_she_is_reached() -> None:
    assert {side for side in Side if Screen.CONTACT in revisions.screens(Scope.CASE, side)} == {Side.VSS}
    for side in (Side.BOTH, Side.PP):
        with pytest.raises(Invalid, match="step_leads_nowhere"):
            revisions.add_step(SHIPPED, "closing", title="x", help_text="y", page=Screen.CONTACT, side=side)


def test_a_dropped_step_is_gone() -> None:
    new = revisions.drop_step(SHIPPED, "closing", "cooperation_reviewed")

    assert "cooperation_reviewed" not in {step.id for step in new.phase("closing").steps}
    assert _kept(new) == new


def _down_to_no_step() -> object:
    left = SHIPPED
    for step in SHIPPED.phase("closing").steps:
        left = revisions.drop_step(left, "closing", step.id)
    return left


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (lambda: revisions.reword(SHIPPED, "phase_9", {"title": "x"}), "error.unknown_phase"),
        (lambda: revisions.drop_step(SHIPPED, "closing", "nothing"), "error.unknown_step"),
        (lambda: revisions.reword(SHIPPED, "closing", {"colour": "x"}), "error.unknown_text"),
        (lambda: revisions.reword(SHIPPED, "closing", {"title": " "}), "error.empty"),
        (lambda: revisions.reword(SHIPPED, "closing", {"title": "a\x07b"}), "error.unprintable"),
        (lambda: revisions.order_phases(SHIPPED, ["closing"]), "error.order_incomplete"),
        (lambda: revisions.order_steps(SHIPPED, "closing", ["t3_done"] * 7), "error.order_incomplete"),
        (_down_to_no_step, "error.phase_needs_a_step"),
    ],
)
def test_a_change_that_makes_no_protocol_is_refused(change: Callable[[], object], key: str) -> None:
    with pytest.raises(Invalid) as refusal:
        change()

    assert refusal.value.key == key
