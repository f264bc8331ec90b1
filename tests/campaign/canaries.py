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
    """Rows of what was driven and how many canaries came out."""
    for role in Role:
        with tempfile.TemporaryDirectory() as folder:
            driven = _drive(_ground(Path(folder)), role)
            stores.close_all()
        assert driven.hits == [], driven.hits
        size = driven.sent // 1_000_000
        yield (
            f"{role}: {driven.runs} runs, {len(driven.downloads)} files, {size} MB",
            f"{len(driven.hits)} found",
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
