"""What is measured: every page of the site, as somebody who has it."""

from uuid import uuid4

import pytest

from core.access import Actor
from core.demo.people import PEOPLE
from pages.ui import frame
from pages.ui.site import PAGES, PageSpec
from tests.bench.openings import OPENINGS


def actor(person: str) -> Actor:
    _, name, service, _, roles = next(each for each in PEOPLE if each[0] == person)
    return Actor(uuid4(), uuid4(), service[1], frozenset(roles), name=name)


def test_every_page_of_the_site_is_measured_and_no_page_that_is_gone() -> None:
    assert set(OPENINGS) == {spec.key for spec in PAGES}


@pytest.mark.parametrize("spec", PAGES, ids=lambda spec: spec.key)
def test_a_page_is_measured_as_somebody_who_has_it(spec: PageSpec) -> None:
    assert frame.is_allowed(actor(OPENINGS[spec.key].person), spec)
