"""Short forms of the long trials of the whole served program (`make campaign`)."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.campaign import ending, serving
from tests.campaign.serving import Ground

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with serving.ground(tmp_path_factory.mktemp("served")) as found:
        yield found


def test_what_a_page_had_shown_as_saved_is_there_after_the_server_was_killed(here: Ground) -> None:
    result = serving.kill_server(here, times=1, seed=1)

    assert result.saved >= serving.PEOPLE
    assert result.is_clean


def test_a_form_that_is_sent_again_and_again_or_interrupted_counts_once(here: Ground) -> None:
    result = serving.interrupt(here, times=6, seed=1)

    assert set(result.kept) <= {0, 1}
    assert result.kept[1] >= 4
    assert (result.half, result.misled, result.is_intact) == (0, 0, True)


def test_a_message_that_no_page_of_ours_would_send_changes_nothing(here: Ground) -> None:
    result = serving.forge(here, times=14, seed=1)

    assert result.sent.total() == 14
    assert len(result.sent) >= 6
    assert result.accepted == []


def test_a_session_that_is_ended_closes_its_socket_and_empties_the_screen(
    here: Ground, browser: Browser
) -> None:
    assert len(ending.sockets(here, times=2)) == 2
    assert max(ending.emptied(here, browser, times=1)) < ending.EMPTY
