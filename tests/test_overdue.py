"""OWASP ASVS 15.2.1: the time frames in which parts are replaced, as docs/install.md says them."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from scripts.time_frames import MEND, SOON, UPDATE, UPDATE_SOON, Judged, Part, breaches, ending, judged_in

ROOT = Path(__file__).resolve().parent.parent
TODAY = date(2026, 12, 1)
DAY = timedelta(days=1)
FINE = Part("altair", "6.3.0", "6.3.0", None, ())


def newer(name: str, since: date) -> Part:
    return Part(name, "1.0", "1.1", since, ())


def weak(*numbers: str) -> Part:
    return Part("altair", "1.0", "1.0", None, numbers)


@pytest.mark.parametrize(("name", "within"), [("altair", UPDATE), ("uvicorn", UPDATE_SOON)])
def test_a_newer_version_may_wait_until_its_time_is_over(name: str, within: timedelta) -> None:
    assert breaches(newer(name, TODAY - within), {}, TODAY) == []
    assert breaches(newer(name, TODAY - within - DAY), {}, TODAY) == [
        f"a newer version for more than {within.days} days"
    ]


@pytest.mark.parametrize("kind", ["used", "high", "middle"])
def test_a_weakness_may_wait_as_long_as_its_class_allows(kind: str) -> None:
    within = MEND[kind]
    assert within is not None

    assert breaches(weak("GHSA-1"), {"GHSA-1": Judged(TODAY - within, kind)}, TODAY) == []
    assert breaches(weak("GHSA-1"), {"GHSA-1": Judged(TODAY - within - DAY, kind)}, TODAY) == [
        f"GHSA-1 ({kind}) for more than {within.days} days"
    ]


def test_a_low_weakness_waits_for_the_next_update_and_one_that_nobody_judged_for_nothing() -> None:
    judged = {"GHSA-1": Judged(date(2025, 1, 1), "low")}

    assert breaches(weak("GHSA-1"), judged, TODAY) == []
    assert breaches(weak("GHSA-1", "GHSA-2"), judged, TODAY) == ["GHSA-2, which nobody has judged"]


def test_what_could_not_be_looked_up_is_not_taken_for_good() -> None:
    undated = Part("altair", "1.0", "1.1", None, ())
    unasked = Part("altair", "1.0", "1.0", None, None)
    unanswered = Part("altair", "1.0", None, None, ())

    assert ending([FINE], {}, TODAY) == 0
    assert [ending([FINE, one], {}, TODAY) for one in (undated, unasked, unanswered)] == [2, 2, 2]
    assert ending([], {}, TODAY) == 2
    assert ending([unasked, newer("altair", date(2026, 1, 1))], {}, TODAY) == 1


def test_another_way_to_write_the_same_version_is_no_newer_one() -> None:
    assert not Part("altair", "6.3", "6.3.0").has_newer
    assert Part("certifi", "2026.10.19", "2026.10.19.post1").has_newer


def test_a_judgement_names_a_class_that_has_a_time_frame() -> None:
    source = '[GHSA-1]\nfound = 2026-11-20\nclass = "{}"\n'

    assert judged_in(source.format("high")) == {"GHSA-1": Judged(date(2026, 11, 20), "high")}
    with pytest.raises(ValueError, match="no such class: dreadful"):
        judged_in(source.format("dreadful"))


def test_the_page_says_the_same_time_frames() -> None:
    page = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    rows = dict(
        line.strip("| ").split(" | ")
        for line in page.partition("## Libraries")[2].partition("\n## ")[0].splitlines()
        if line.startswith("| ")
    )
    used, high, middle, low, update = (said for what, said in rows.items() if what != "found")

    for said, kind in ((used, "used"), (high, "high"), (middle, "middle")):
        assert said.startswith(f"{getattr(MEND[kind], 'days', None)} days")
    assert (low, MEND["low"]) == ("with the next update", None)
    all_, _, soon = update.partition("; ")
    assert (UPDATE.days, UPDATE_SOON.days) == (6 * 365 // 12, 3 * 365 // 12)
    assert all_ == "all at least every 6 months"
    assert soon.endswith(" every 3")
    names = soon.removesuffix(" every 3").replace(" and ", ", ").lower().split(", ")
    assert set(names) == SOON
