"""The protocol: what it says, and which mistakes in it are refused."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from core.content import protocols
from core.content.protocols import Completion, Fact, Protocol, Scope, Screen, Side
from core.errors import ContentError

Data = dict[str, Any]


@pytest.fixture
def data() -> Data:
    """The shipped protocol as the database would keep it."""
    kept: Data = json.loads(json.dumps(protocols.load().to_data()))
    return kept


def test_phase_1_belongs_to_the_cooperation_and_is_the_protocols_own() -> None:
    phase = protocols.load().phase("phase_1")

    assert phase.scope is Scope.COOPERATION
    assert not phase.is_working_structure
    assert protocols.load().phases_of(Scope.COOPERATION) == (phase,)


def test_every_other_phase_says_that_it_is_a_working_structure() -> None:
    others = protocols.load().phases_of(Scope.CASE)

    assert [phase.id for phase in others] == [
        "case_opening",
        "first_joint",
        "periodic",
        "closing",
        "follow_up",
    ]
    for phase in others:
        assert phase.is_working_structure
        assert phase.source.startswith("Working structure of this product")
        assert "phase" not in phase.title.lower()


def test_every_step_leads_to_a_screen_and_every_screen_but_one_is_used() -> None:
    steps = [step for phase in protocols.load().phases for step in phase.steps]

    assert {step.page for step in steps} == set(Screen) - {Screen.COOPERATION}


def test_a_step_that_speaks_of_her_file_is_not_shown_to_the_other_service() -> None:
    protocol = protocols.load()

    assert protocol.step("case_opening", "her_safe_contact").side is Side.VSS
    assert protocol.step("case_opening", "her_wishes").side is Side.VSS
    assert all(
        step.side is not Side.BOTH
        for phase in protocol.phases
        for step in phase.steps
        if step.page is Screen.FILE
    )


def test_a_step_names_what_completes_it() -> None:
    protocol = protocols.load()

    held = protocol.step("periodic", "meeting_held").completes_by
    by_hand = protocol.step("periodic", "plan_reviewed").completes_by

    assert held == Completion(fact=Fact.MEETING_HELD, of="periodic")
    assert str(held) == "meeting_held:periodic"
    assert by_hand.is_by_hand
    assert str(by_hand) == "hand"


def test_the_next_phase_is_the_one_that_follows_in_the_same_scope() -> None:
    protocol = protocols.load()

    following = protocol.next_phase("case_opening")

    assert following is not None
    assert following.id == "first_joint"
    assert protocol.next_phase("phase_1") is None
    assert protocol.next_phase("follow_up") is None


def test_t2_comes_every_three_months_and_t4_six_months_after_t3() -> None:
    protocol = protocols.load()

    assert [point.id for point in protocol.t_points] == ["T0", "T1", "T2", "T3", "T4"]
    assert [point.id for point in protocol.t_points if point.is_entered] == ["T0", "T1", "T3"]
    t2, t4 = protocol.t_point("T2"), protocol.t_point("T4")
    assert (t2.counts_from, t2.interval_months, t2.until, t2.repeats) == ("T1", 3, "T3", True)
    assert (t4.counts_from, t4.months_after, t4.repeats) == ("T3", 6, False)


def test_a_phase_or_step_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        protocols.load().phase("phase_9")
    with pytest.raises(KeyError):
        protocols.load().step("phase_1", "nothing")


def test_a_version_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ContentError, match=r"v99\.toml: this file is missing"):
        protocols.load(99)


def test_the_protocol_survives_the_database(data: Data) -> None:
    assert Protocol.from_data(data) == protocols.load()


def _set(path: str, value: object) -> Callable[[Data], None]:
    def change(structure: Data) -> None:
        *steps, last = path.split(".")
        here: Any = structure
        for step in steps:
            here = here[int(step)] if step.isdigit() else here[step]
        here[last] = value

    return change


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("phase.0.step.0.page", "kitchen", "phase 'phase_1', step 'meeting_planned', page: should be 'case'"),
        ("phase.0.step.0.completes_by", "magic", "'magic' is no fact that the records can tell"),
        ("phase.0.step.0.completes_by", "hand:me", "'hand' stands alone, without ':me'"),
        ("phase.0.step.0.completes_by", "minutes_agreed", "'minutes_agreed' must say of what"),
        ("phase.0.step.0.completes_by", 7, "completes_by: "),
        ("phase.0.step.0.completes_by", "meeting_held:periodic", "this phase holds no meeting 'periodic'"),
        ("phase.0.step.0.completes_by", "t_point_done:T9", "'T9' is not a time"),
        ("phase.0.meeting_kinds", ["picnic"], "there is no kind of meeting 'picnic'"),
        ("phase.0.step", [], "phase 'phase_1', step: "),
        ("t_point.2.counts_from", "T4", "'T4' is not a time before T2"),
        ("t_point.2.until", "T7", "'T7' is not a time"),
        ("t_point.2.months_after", 3, "a time is entered, or it has 'counts_from'"),
        ("t_point.0.interval_months", 3, "a time is entered, or it has 'counts_from'"),
        ("rules.episode_meeting_days", -1, "rules, episode_meeting_days: should be greater"),
    ],
)
def test_a_mistake_in_a_protocol_is_refused(data: Data, path: str, value: object, reason: str) -> None:
    _set(path, value)(data["structure"])
    if value == []:
        del data["words"]["phase"]["phase_1"]["step"]

    with pytest.raises(ContentError) as refusal:
        Protocol.from_data(data)

    assert reason in refusal.value.reason


def test_each_service_records_on_its_own_path_and_new_violence_on_both() -> None:
    protocol = protocols.load()

    his = {kind.id for kind in protocol.path_kinds_of(Side.PP)}
    hers = {kind.id for kind in protocol.path_kinds_of(Side.VSS)}

    assert his & hers == {"episode", "court"}
    assert "left" in his - hers
    assert {kind.id for kind in protocol.path_kinds if kind.calls_meeting} == {"suspended", "left", "episode"}
