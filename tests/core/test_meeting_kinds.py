"""The kinds of meeting and their agendas."""

import json
from typing import Any

import pytest

from core.content import files, meeting_kinds
from core.content.meeting_kinds import Asked, Entry, MeetingKinds
from core.errors import ContentError

KINDS = meeting_kinds.load().ids


def test_there_are_seven_kinds_of_meeting() -> None:
    assert KINDS == (
        "phase_1",
        "case_opening",
        "first_joint",
        "periodic",
        "emergency",
        "closing",
        "follow_up",
    )


@pytest.mark.parametrize("kind_id", KINDS)
@pytest.mark.parametrize("is_remote", [False, True])
def test_the_minutes_of_each_agenda_add_up(kind_id: str, *, is_remote: bool) -> None:
    kinds = meeting_kinds.load()

    agenda = kinds.agenda(kind_id, is_remote=is_remote)

    assert sum(timed.minutes for timed in agenda) == kinds.kind(kind_id).duration_minutes
    assert all(timed.minutes > 0 for timed in agenda)


@pytest.mark.parametrize("kind_id", KINDS)
def test_every_agenda_begins_with_purpose_and_declaration_and_ends_with_a_close(kind_id: str) -> None:
    agenda = [timed.item.id for timed in meeting_kinds.load().agenda(kind_id)]

    assert agenda[:2] == ["opening", "purpose"]
    assert agenda[-1] == "closing"


@pytest.mark.parametrize("kind_id", KINDS)
def test_a_meeting_at_a_distance_begins_with_the_private_room_check(kind_id: str) -> None:
    kinds = meeting_kinds.load()

    assert kinds.agenda(kind_id, is_remote=True)[0].item.id == "room_check"
    assert "room_check" not in {timed.item.id for timed in kinds.agenda(kind_id)}


def test_a_meeting_at_a_distance_has_the_six_steps_and_the_emergency_meeting_walks_them() -> None:
    kinds = meeting_kinds.load()

    steps = [step.id for step in kinds.remote_steps]
    walked = list(
        dict.fromkeys(timed.item.remote_step for timed in kinds.agenda("emergency", is_remote=True))
    )

    assert steps == [
        "invitation",
        "coordination",
        "facilitation",
        "risk_assessment",
        "action_plan",
        "minutes",
    ]
    assert walked == steps[1:]


def test_the_emergency_meeting_is_short() -> None:
    kinds = meeting_kinds.load()

    assert kinds.kind("emergency").duration_minutes == 20
    assert {"risk_note", "three_actions"} <= {timed.item.id for timed in kinds.agenda("emergency")}


def test_phase_1_has_five_aims_and_keeps_the_different_views_on_each() -> None:
    aims = [timed.item for timed in meeting_kinds.load().agenda("phase_1") if timed.item.is_aim]

    assert len(aims) == 5
    for aim in aims:
        assert aim.entries == (Entry.PP_SAID, Entry.VSS_SAID, Entry.AGREED, Entry.VIEWS_KEPT)


def test_what_recurs_is_on_the_agenda_of_every_later_case_meeting() -> None:
    kinds = meeting_kinds.load()
    recurring = {item.id for item in kinds.items if item.is_recurring}

    assert recurring
    for kind_id in ("first_joint", "periodic", "closing", "follow_up"):
        assert recurring <= {timed.item.id for timed in kinds.agenda(kind_id)}


def test_every_agenda_item_is_on_some_agenda() -> None:
    kinds = meeting_kinds.load()

    used = {timed.item.id for kind_id in KINDS for timed in kinds.agenda(kind_id, is_remote=True)}

    assert used == {item.id for item in kinds.items}


def test_participants_and_the_people_we_call_have_their_own_checks() -> None:
    kinds = meeting_kinds.load()

    assert len(kinds.checks_for(Asked.PARTICIPANT)) == 6
    assert len(kinds.checks_for(Asked.CLIENT)) == 6


@pytest.mark.parametrize(
    ("key", "field", "value", "reason"),
    [
        ("item", "remote_step", "dessert", "item 'room_check', remote_step: there is no step 'dessert'"),
        ("kind", "agenda", [{"item": "song", "minutes": 90}], "there is no agenda item 'song'"),
        ("kind", "duration_minutes", 95, "its agenda in one room takes 90 minutes, not 95"),
        (
            "kind",
            "agenda",
            [{"item": "opening", "minutes": 90, "minutes_remote": 9}],
            "at a distance takes 9",
        ),
    ],
)
def test_a_mistake_in_the_meetings_is_refused(key: str, field: str, value: object, reason: str) -> None:
    structure, words = files.split(meeting_kinds.load())
    changed: dict[str, Any] = json.loads(json.dumps(structure))
    changed[key][0][field] = value

    with pytest.raises(ContentError) as refusal:
        files.build(MeetingKinds, "meetings", changed, words)

    assert reason in refusal.value.reason
