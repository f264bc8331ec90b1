"""One planted store for all sweeps of a file: nothing of hers changes while it is driven."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core import keys
from core.settings import settings
from core.store import Store
from pages.ui import stores
from tests.canary.planting import Planted, plant
from tests.make import Make
from tests.pages.conftest import Desk


@dataclass
class Ground:
    """The store with the canaries, where it lies, and a desk at which people open its pages."""

    home: Path
    store: Store
    desk: Desk
    planted: Planted


def lay(home: Path) -> Ground:
    """Plant a store of its own in this folder; the settings must name the folder already."""
    store = stores.real()
    with store.writing() as db:
        keys.whole(db)
        planted = plant(db, Make(db))
        db.commit()
    return Ground(home, store, Desk(store), planted)


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    home = tmp_path_factory.mktemp("canaries")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONCORD_HOME", str(home))
        settings.cache_clear()
        stores.close_all()
        yield lay(home)
        stores.close_all()
    settings.cache_clear()
