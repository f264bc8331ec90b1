"""What a service takes along when it leaves: the programme no word of hers, her own service hers."""

import zipfile
from io import BytesIO
from pathlib import Path

import pyzipper

from core.access import Actor
from core.content.access_rules import HeldBy, Relation
from core.locale import Words
from core.models import Role, ServiceExport, ServiceKind
from core.moving import INSIDE
from core.operations import service_exports
from core.operations.service_exports import ExportGround
from tests.canary import finding
from tests.canary.conftest import Ground

WORDS = Words("en", "UTC")


def taken(ground: Ground, side: ServiceKind, folder: Path) -> dict[str, bytes]:
    """Every file of what this side takes along, made as two of its offices make it."""
    first, second = (_office(ground, role, side) for role in (Role.MANAGER, Role.DATA_PROTECTION))
    with ground.store.writing.begin() as db:
        for asked in db.query(ServiceExport).filter_by(service_id=first.service_id):
            asked.until_at = asked.created_at
    export = ground.store.change(service_exports.ask, first, ground=ExportGround.LEAVES)
    ground.store.change(service_exports.confirm, second, export.id, version=1)
    ground.store.read(service_exports.make, second, export.id, folder=folder, words=WORDS)
    halves = [ground.store.read(service_exports.my_half, one, export.id) for one in (first, second)]
    with pyzipper.AESZipFile(folder / f"{export.id}.zip") as outer:
        outer.setpassword("-".join(halves).encode())
        with zipfile.ZipFile(BytesIO(outer.read(INSIDE))) as packed:
            return {name: packed.read(name) for name in packed.namelist()}


def _office(ground: Ground, role: Role, side: ServiceKind) -> Actor:
    with ground.store.writing() as db:
        world = ground.planted.world
        world.db, world.make.db = db, db
        actor = world.actor(role, Relation.OFFICE, side, HeldBy.SERVICES)
        db.commit()
    return actor


def test_the_programme_takes_no_word_of_hers_along(ground: Ground, tmp_path: Path) -> None:
    found = {name: finding.hits(raw) for name, raw in taken(ground, ServiceKind.PP, tmp_path).items()}

    canaries = ground.planted.canaries
    leaked = {
        (name, canaries[word].what, canaries[word].table, canaries[word].column)
        for name, words in found.items()
        for word in words
        if not canaries[word].open_to
    }
    assert leaked == set()
    assert len(found) > 60


def test_her_own_service_takes_hers_along(ground: Ground, tmp_path: Path) -> None:
    whole = b"".join(taken(ground, ServiceKind.VSS, tmp_path).values())

    found = {
        (canary.table, canary.column)
        for word, canary in ground.planted.canaries.items()
        if word.encode() in whole.lower()
    }
    assert found >= {
        ("subject", "address"),
        ("subject", "code_phrase"),
        ("file_note", "text"),
        ("consent", "exceptions"),
        ("contact_flag", "value"),
        ("must_not_receive", "whom"),
        ("first_answer", "note"),
        ("joint_item", "text"),
        ("hold", "reason"),
    }


def test_what_lies_on_the_disk_meanwhile_says_no_word_of_hers(ground: Ground, tmp_path: Path) -> None:
    taken(ground, ServiceKind.VSS, tmp_path)

    assert [finding.hits(file.read_bytes()) for file in tmp_path.iterdir()] == [set()]
