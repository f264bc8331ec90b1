"""New violence in his copy of his own data: what he told is his after a look, that she told of something never is."""

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.models import EpisodeSource, RequestKind
from core.operations import copies, person_requests
from tests import risk
from tests.episodes import told
from tests.make import Make


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (EpisodeSource.HER, (True, "never")),
        (EpisodeSource.OTHER, (False, "of_others")),
        (EpisodeSource.HIM, (False, "of_others")),
    ],
)
def test_that_she_told_of_it_never_goes_to_him_though_the_programme_wrote_it_down(
    db: Session, make: Make, source: EpisodeSource, expected: tuple[bool, str]
) -> None:
    pair = make.pair()
    him = risk.about(db, pair, pair.pp)
    told(db, pair, source, actor=pair.pp, severity="Broke the door")
    asked = person_requests.record(
        db, pair.pp, him.id, kind=RequestKind.ACCESS, asked_on=clock.today(), is_identified=True
    )

    [piece] = [one for one in copies.pieces(db, pair.pp, asked.id) if one.text == "Broke the door"]

    assert (piece.never, piece.doubt) == expected
