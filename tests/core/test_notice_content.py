"""The content of immediate notices: what may stand in it, and what stops the start."""

from pathlib import Path

import pytest

from core.content import files, immediate_notices
from core.content.protocols import Side
from core.content.protocols import load as load_protocol
from core.errors import ContentError

LISTS = immediate_notices.load()
SOURCE = Path(immediate_notices.__file__).parent / "notices"


def test_each_trigger_says_where_it_comes_from_and_what_to_do() -> None:
    origins = {one.id for one in LISTS.origins}

    assert {one.rests_on for one in LISTS.triggers} == origins
    assert all(one.do and one.help and one.asks for one in LISTS.triggers)
    assert "not public" in LISTS.source


def test_the_programmes_list_has_every_trigger_of_the_field() -> None:
    of_pp = {one.id for one in LISTS.of(Side.PP)}

    assert {
        *("does_not_start", "missed", "suspended", "left", "violence", "killing", "weapon", "new_partner"),
        *("free_again", "knows_too_much", "children_alone", "court_date", "started", "returned"),
    } == of_pp


def test_what_the_path_calls_for_are_entries_that_the_protocol_knows() -> None:
    known = {one.id for one in load_protocol().path_kinds_of(Side.PP)}

    for one in LISTS.triggers:
        assert set(one.path_kinds) <= known
    assert LISTS.of_path("missed") is LISTS.trigger("missed")
    assert LISTS.of_path("intake") is None


def test_nothing_of_hers_may_be_used_with_him_and_nobody_asks_the_programme_to_tell_her() -> None:
    assert {one.use_rule for one in LISTS.of(Side.VSS)} == {"risk_only"}
    assert all("tell_her" not in one.asks and not one.tells_her for one in LISTS.of(Side.VSS))


@pytest.mark.parametrize(
    ("was", "becomes", "reason"),
    [
        ('id = "danger"\nside = "vss"', 'id = "danger"\nside = "vss"\nis_exit = 7', "boolean"),
        ('rests_on = "seed"', 'rests_on = "hearsay"', "no origin"),
        (
            'use_rule = "risk_only"\nrests_on = "agreement"',
            'use_rule = "joint_work"\nrests_on = "agreement"',
            "never",
        ),
        ('asks = ["tell_her"]', 'asks = ["somebody"]', "asked"),
    ],
)
def test_a_file_that_does_not_fit_together_stops_the_start(
    tmp_path: Path, was: str, becomes: str, reason: str
) -> None:
    folder = tmp_path / "notices"
    folder.mkdir()
    structure = (SOURCE / "v1.toml").read_text(encoding="utf-8")
    assert was in structure
    (folder / "v1.toml").write_text(structure.replace(was, becomes, 1), encoding="utf-8")
    (folder / "v1.en.toml").write_text((SOURCE / "v1.en.toml").read_text(encoding="utf-8"), encoding="utf-8")

    with pytest.raises(ContentError, match=reason):
        files.read(immediate_notices.ImmediateNotices, immediate_notices.KIND, 1, folder=tmp_path)
