"""OWASP ASVS 15.2.3: what is installed where real data is holds what is needed, and works."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, expect

from core import demo
from core.store import open_store
from pages.ui import stores
from scripts import package
from tests.browser.conftest import PATIENCE, serve
from tests.browser.hand import Hand
from tests.browser.test_first_start import fill, printed_code, set_up_second_step
from tests.browser.wire import Wire

pytestmark = pytest.mark.browser
ROOT = package.ROOT
PASSWORD = "nine quiet herons over the weir"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, unpacked as it would be on a machine with real data."""
    folder = tmp_path_factory.mktemp("installed")
    with ZipFile(package.write(folder)) as made:
        made.extractall(folder)
    return folder / package.name()


def run(program: Path, home: Path, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
    """A command of the program that lies there."""
    environment = {**os.environ, "CONCORD_HOME": str(home), "CONCORD_DATABASE": "", **more}
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=program,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )


def _modules(program: Path) -> dict[str, Path]:
    """The Python files by the names that they are imported by."""
    paths = [program / "app.py", *(program / "core").rglob("*.py"), *(program / "pages").rglob("*.py")]
    named = {path: ".".join(path.relative_to(program).with_suffix("").parts) for path in paths}
    return {name.removesuffix(".__init__"): path for path, name in named.items()}


def _imported(path: Path) -> set[str]:
    """Every name that a file may import, and the packages above it; one that is no module stays a name."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, path
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    return {".".join(name.split(".")[:end]) for name in found for end in range(1, name.count(".") + 2)}


def test_the_package_holds_nothing_that_only_trying_or_working_on_it_needs(installed: Path) -> None:
    there = {path.relative_to(installed).as_posix() for path in installed.rglob("*") if path.is_file()}

    assert {path.split("/")[0] for path in there} == set(package.NEEDED)
    assert there == set(package.files())
    assert [path for path in there if {"demo", "tests", "scripts", ".ci"} & set(path.split("/")[:-1])] == []
    assert [path for path in there if Path(path).name.startswith(("test_", "conftest", "example"))] == []
    assert {Path(path).suffix for path in there if path.startswith(("core/", "pages/"))} == {
        ".py", ".toml", ".docx", ".css", ".js",
    }  # fmt: skip


def test_the_program_uses_every_module_of_the_package_and_misses_none_but_the_example(
    installed: Path,
) -> None:
    here, whole = _modules(installed), _modules(ROOT)
    begins = [name for name in here if name.startswith(("pages.", "core.migrations"))]
    todo, used, missed = ["app", "core.__main__", *begins], set(), set()
    while todo:
        name = todo.pop()
        if name in here and name not in used:
            used.add(name)
            names = _imported(here[name])
            todo += names
            missed |= {one for one in names if one in whole and one not in here}

    assert set(here) - used == set()
    assert missed == {"core.demo", "core.demo.commands", "pages.ui.example_form"}


def test_the_same_files_make_the_same_package(tmp_path: Path) -> None:
    one, other = (package.write(tmp_path / name).read_bytes() for name in ("one", "other"))

    assert one == other


def test_the_makefile_of_the_package_installs_and_runs_and_does_nothing_else(installed: Path) -> None:
    def make(target: str) -> "subprocess.CompletedProcess[str]":
        command = ["make", "--dry-run", target]
        return subprocess.run(command, cwd=installed, check=False, capture_output=True, text=True)

    assert "-r requirements.lock" in make("install").stdout
    assert "python app.py" in make("run").stdout
    assert "No rule to make target" in make("test").stderr
    assert "No rule to make target" in make("bench").stderr


def test_the_commands_of_the_package_look_after_an_installation_and_write_no_example(
    installed: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    help_ = run(installed, home, "core", "--help")
    migrated = run(installed, home, "core", "migrate")
    checked = run(installed, home, "core", "check")
    backed_up = run(installed, home, "core", "backup", "--to", str(tmp_path / "backups"))

    words = help_.stdout.split()
    assert {"migrate", "rescue", "backup", "restore", "read-in", "check", "audit", "keys"} <= set(words)
    assert {"demo", "bench"} & set(words) == set()
    for done in (help_, migrated, checked, backed_up):
        assert done.returncode == 0, done.stderr
    assert (home / "concord.db").exists()
    assert list((tmp_path / "backups").glob("concord-*.age"))
    assert run(installed, home, "core", "demo", "--to", str(tmp_path / "no.db")).returncode != 0
    assert not (tmp_path / "no.db").exists()


def test_the_first_page_of_the_package_sets_the_services_up_and_offers_no_example(
    browser: Browser, installed: Path, tmp_path: Path
) -> None:
    with serve(tmp_path, installed) as (address, home):
        assert Wire(address).ask("/healthz").body == b"ok"
        context = browser.new_context(viewport={"width": 1280, "height": 720})
        context.set_default_timeout(PATIENCE)
        hand = Hand(context.new_page())
        hand.goto(address)
        hand.sees_head("Set up our services")
        expect(hand.page.get_by_text("example", exact=False)).to_have_count(0)
        expect(hand.page.get_by_role("button", name="Back")).to_have_count(0)
        assert "example" not in (tmp_path / "server.log").read_text(encoding="utf-8")
        typed = {
            "Set-up code": printed_code(home),
            "Name of the perpetrator programme": "Turning Point Marlen",
            "Name of the victim support service": "Aurora House",
            "Your name": "Ada W.",
            "Name to sign in with": "ada",
            "Password": PASSWORD,
            "The password again": PASSWORD,
        }
        fill(hand, typed)
        hand.click("Set up and sign in")
        set_up_second_step(hand)
        hand.menu("People")
        context.close()


def _written(home: Path) -> list[str]:
    """An example from an earlier program; two tickets of somebody in it."""
    assert run(ROOT, home, "core", "demo", "--to", str(home / "example.db")).returncode == 0
    store = open_store(f"sqlite:///{home / 'example.db'}", home / "database.key", is_example=True)
    with store.reading.begin() as db:
        somebody = demo.personas(db)[0]
    tickets = [stores.EXAMPLE + demo.enter_as(store, somebody) for _ in range(2)]
    store.engine.dispose()
    return tickets


def test_the_package_opens_no_example_that_was_written_before(installed: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    tickets = _written(home)

    def enters(program: Path, ticket: str) -> bool:
        with serve(tmp_path, program) as (address, _home):
            sent = Wire(address).ask("/enter", "POST", body=ticket.encode(), headers={"Origin": address})
            return any(cookie.startswith("concord=") for cookie in sent.cookies)

    assert enters(ROOT, tickets[0])
    assert not enters(installed, tickets[1])

    named = {"CONCORD_DATABASE": str(shutil.copy(home / "example.db", home / "named.db"))}
    stopped = run(installed, home, "streamlit", "run", "app.py", "--server.port", "0", **named)
    assert stopped.returncode != 0
    assert "this program came without it" in stopped.stderr + stopped.stdout
