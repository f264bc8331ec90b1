"""Every page as every role of the programme, with everything pressed that a page offers, and every word searched for."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from core.models import Role
from core.settings import settings
from pages.ui import stores
from tests.canary.conftest import Ground, lay
from tests.canary.finding import STEM
from tests.canary.sweep import OPENINGS, Sweep

#: More than any page offers.
MOST = 200


def trial() -> Iterator[tuple[str, str]]:
    """Rows of what was planted and driven and how many canaries came out; first of each role, then of all."""
    runs, files, hits, planted = 0, set[str](), 0, 0
    for role in Role:
        with tempfile.TemporaryDirectory() as folder:
            ground = _ground(Path(folder))
            driven = _drive(ground, role)
            stores.close_all()
        planted = len(ground.planted.canaries)
        runs, files, hits = runs + driven.runs, files | driven.downloads, hits + len(driven.hits)
        assert driven.hits == [], driven.hits
        size = driven.sent // 1_000_000
        yield (
            f"{role}: {driven.runs} runs, {len(driven.downloads)} files, {size} MB",
            f"{len(driven.hits)} found",
        )
    openings = sum(len(ways) for ways in OPENINGS.values())
    yield (
        "canaries: planted; pages, ways to open them; runs, kinds of files as all roles of the programme; found",
        f"{planted}; {len(OPENINGS)}, {openings}; {runs}, {len(files)}; {hits}",
    )


def _ground(home: Path) -> Ground:
    os.environ["CONCORD_HOME"] = str(home)
    settings.cache_clear()
    stores.close_all()
    return lay(home)


def _drive(ground: Ground, role: Role) -> Sweep:
    planted = ground.planted
    actor = planted.person(role)
    driven = Sweep(ground.desk, planted, actor, str(role), planted.forbidden_to(actor.roles))
    driven.see_all()
    nothing = {page: driven.searched(page, STEM.decode() + "zzz") for page in driven.pages()}
    for page in [page for page, said in nothing.items() if said]:
        for word in planted.canaries:
            assert driven.searched(page, word) == nothing[page], (role, page, planted.canaries[word])
    for page in driven.pages():
        for names in OPENINGS[page]:
            driven.press_all(page, names, most=MOST)
    return driven
