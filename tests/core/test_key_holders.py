"""Keys lie in files, in the keyring of the system, or under a passphrase; and go from one to another whole."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from keyring.core import init_backend, load_keyring, set_keyring
from typer.testing import CliRunner

from core import backups, key_file, key_holders, sealing, store
from core.__main__ import app
from core.backups import keys as backup_keys
from core.key_holders import asking
from core.key_holders.moving import move
from core.models import Service, ServiceKind
from core.settings import SettingsError, is_own, settings
from tests.core import keyring_of_tests

runner = CliRunner()
ROOT = Path(__file__).parents[2]
SECRET = "seven herons over the slow mill"


def begin_anew() -> None:
    """As a process does that begins just now."""
    settings.cache_clear()
    key_holders.all_of.cache_clear()
    asking._read.cache_clear()
    sealing._key.cache_clear()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    secret = tmp_path / "secret"
    secret.write_text(f"{SECRET}\n")
    secret.chmod(0o600)
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CONCORD_PASSPHRASE_FILE", str(secret))
    monkeypatch.setenv("CONCORD_TEST_KEYRING", str(tmp_path / "keyring.json"))
    set_keyring(load_keyring(keyring_of_tests.NAME))
    begin_anew()
    yield tmp_path / "home"
    begin_anew()
    init_backend()


def choose(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setenv("CONCORD_KEYS", kind)
    begin_anew()


def named(opened: store.Store) -> list[str]:
    with opened.reading.begin() as db:
        found = [service.name for service in db.query(Service)]
    opened.engine.dispose()
    return found


def fill() -> None:
    opened = store.open_default()
    with opened.writing.begin() as db:
        db.add(Service(name="ours", kind=ServiceKind.PP))
    opened.engine.dispose()


def bare(home: Path) -> list[str]:
    return sorted(path.name for path in home.glob("*.key*"))


@pytest.mark.parametrize("kind", ["keyring", "passphrase"])
def test_a_first_start_puts_no_key_into_a_file_and_the_next_one_opens_the_same_database(
    home: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    choose(monkeypatch, kind)
    fill()
    begin_anew()

    assert named(store.open_default()) == ["ours"]
    assert bare(home) == []
    assert {path.stat().st_mode & 0o077 for path in home.iterdir() if path.suffix in {".id", ".sealed"}} == {
        0
    }


def test_the_keyring_names_nobody_and_the_folder_may_be_moved(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, "keyring")
    fill()
    entries = (tmp_path / "keyring.json").read_text()
    home.rename(tmp_path / "elsewhere")
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path / "elsewhere"))
    begin_anew()

    assert named(store.open_default()) == ["ours"]
    assert "home" not in entries
    assert str(tmp_path) not in entries


def test_what_the_keyring_and_the_passphrase_hold_stands_in_no_file_of_the_folder(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill()
    keys = [key_file.read(settings().home / name) for name in ("database.key", "field.key", "audit.key")]
    for kind in ("keyring", "passphrase"):
        runner.invoke(app, ["keys", "move", "--to", kind])
        choose(monkeypatch, kind)

        held = b"".join(path.read_bytes() for path in home.iterdir())
        assert [key for key in keys if key.encode() in held or bytes.fromhex(key) in held] == []


def test_a_wrong_passphrase_is_one_sentence_and_nothing_is_opened_or_changed(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, "passphrase")
    fill()
    before = (home / "keys.sealed").read_bytes()
    (tmp_path / "secret").write_text("seven herons over the fast mill")
    begin_anew()

    with pytest.raises(SettingsError) as stop:
        store.open_default()

    assert str(stop.value) == "This is not the passphrase of the keys: nothing was started."
    assert (home / "keys.sealed").read_bytes() == before


def test_one_changed_sign_of_the_sealed_keys_is_found(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    choose(monkeypatch, "passphrase")
    fill()
    sealed = home / "keys.sealed"
    said = sealed.read_text()
    for changed in (said.replace('"memory": 131072', '"memory": 131064'), said.replace("{", "", 1)):
        assert changed != said
        sealed.write_text(changed)
        begin_anew()
        with pytest.raises(SettingsError, match=r"not the passphrase|is damaged"):
            store.open_default()


@pytest.mark.parametrize("secret", ["short", "aaaaaaaaaaaaaaaaaaaaaaaa", "passwordpassword"])
def test_keys_go_under_no_passphrase_that_is_easy_to_guess(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    choose(monkeypatch, "passphrase")
    (tmp_path / "secret").write_text(secret)

    with pytest.raises(SettingsError, match="too easy to guess"):
        store.open_default()

    assert not (home / "keys.sealed").exists()


def test_a_passphrase_file_that_others_may_read_or_that_is_none_is_refused(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, "passphrase")
    (tmp_path / "secret").chmod(0o640)
    with pytest.raises(SettingsError, match="can be read by others"):
        store.open_default()

    (tmp_path / "secret").unlink()
    with pytest.raises(SettingsError, match="see what CONCORD_PASSPHRASE_FILE says"):
        store.open_default()


@pytest.mark.parametrize(("mode", "is_taken"), [(0o440, True), (0o400, True), (0o444, False), (0o460, False)])
def test_a_passphrase_that_systemd_hands_over_is_read_though_its_group_may_read_it(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, *, is_taken: bool
) -> None:
    (tmp_path / "secret").chmod(mode)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))

    assert is_own(tmp_path / "secret") == is_taken
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "elsewhere"))
    assert is_own(tmp_path / "secret") == (mode == 0o400)


def test_without_a_terminal_and_a_file_nobody_can_be_asked(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CONCORD_PASSPHRASE_FILE")
    choose(monkeypatch, "passphrase")

    result = runner.invoke(app, ["migrate"])

    assert result.exit_code == 1
    assert "set CONCORD_PASSPHRASE_FILE" in result.output
    assert not home.exists()


def at_a_terminal(command: list[str], *typed: str) -> tuple[int, str]:
    """Run a command at a terminal of its own and type each line when it is asked for."""
    terminal, inside = pty.openpty()
    started = subprocess.Popen(
        [sys.executable, "-m", "core", *command],
        cwd=ROOT,
        stdin=inside,
        stdout=inside,
        stderr=inside,
        start_new_session=True,
    )
    os.close(inside)
    said, lines = "", list(typed)
    while True:
        try:
            piece = os.read(terminal, 4096).decode()
        except OSError:  # nobody is at the other end any more
            break
        said += piece
        if lines and said.endswith(": "):
            os.write(terminal, f"{lines.pop(0)}\n".encode())
            said += "\n"
    os.close(terminal)
    return started.wait(), said


def test_the_passphrase_is_asked_for_at_the_terminal_twice_when_it_is_new_and_never_shown(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill()
    monkeypatch.delenv("CONCORD_PASSPHRASE_FILE")

    differs = at_a_terminal(["keys", "move", "--to", "passphrase"], SECRET, f"{SECRET}.")
    assert differs[0] == 1
    assert "The two passphrases differ" in differs[1]
    assert bare(home) == ["audit.key", "database.key", "field.key"]

    moved = at_a_terminal(["keys", "move", "--to", "passphrase"], SECRET, SECRET)
    monkeypatch.setenv("CONCORD_KEYS", "passphrase")
    opened = at_a_terminal(["migrate"], SECRET)
    refused = at_a_terminal(["migrate"], "something else that is long")

    assert (moved[0], opened[0], refused[0]) == (0, 0, 1)
    assert "This is not the passphrase of the keys" in refused[1]
    assert "Traceback" not in refused[1]
    assert SECRET not in moved[1] + opened[1] + refused[1]
    assert bare(home) == []


def test_a_passphrase_comes_through_a_descriptor_too(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.write(writing, f"{SECRET}\n".encode())
    os.close(writing)
    monkeypatch.setenv("CONCORD_PASSPHRASE_FILE", f"/dev/fd/{reading}")
    choose(monkeypatch, "passphrase")

    fill()

    assert named(store.open_default()) == ["ours"]
    os.close(reading)


def test_the_passphrase_can_be_changed_and_the_old_one_opens_nothing(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, "passphrase")
    fill()
    new = tmp_path / "new"
    new.write_text("nine otters under the quiet bridge")
    new.chmod(0o600)
    begin_anew()

    result = runner.invoke(app, ["keys", "new-passphrase", "--from", str(new)])
    begin_anew()

    assert result.exit_code == 0
    with pytest.raises(SettingsError, match="not the passphrase"):
        store.open_default()
    monkeypatch.setenv("CONCORD_PASSPHRASE_FILE", str(new))
    begin_anew()
    assert named(store.open_default()) == ["ours"]


def test_keys_under_a_passphrase_are_sealed_with_another_cipher_by_a_new_passphrase(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, "passphrase")
    fill()
    file, new = home / "keys.sealed", tmp_path / "new"
    assert "cipher" not in json.loads(file.read_text())["how"]
    new.write_text("nine otters under the quiet bridge")
    new.chmod(0o600)
    monkeypatch.setenv("CONCORD_CIPHER", "chacha20-poly1305")
    begin_anew()
    assert named(store.open_default()) == ["ours"]

    assert runner.invoke(app, ["keys", "new-passphrase", "--from", str(new)]).exit_code == 0

    monkeypatch.setenv("CONCORD_PASSPHRASE_FILE", str(new))
    monkeypatch.delenv("CONCORD_CIPHER")
    begin_anew()
    assert named(store.open_default()) == ["ours"]
    whole = file.read_text()
    assert '"cipher": "chacha20-poly1305"' in whole
    for exchanged, said in (
        ("aes-256-gcm", "not the passphrase"),
        ("rot13", "is damaged, so the keys cannot be had"),
    ):
        file.write_text(whole.replace("chacha20-poly1305", exchanged))
        begin_anew()
        with pytest.raises(SettingsError, match=said):
            store.open_default()


@pytest.mark.parametrize("kind", ["file", "keyring", "passphrase"])
def test_wherever_the_keys_lie_the_log_is_given_a_later_one(
    home: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    choose(monkeypatch, kind)
    fill()
    before = key_file.read(home / "audit.key")

    assert runner.invoke(app, ["audit", "new-key", "--hash", "sha512"]).exit_code == 0

    begin_anew()
    assert key_file.read(home / "audit.key").startswith(f"{before} sha512:")
    assert runner.invoke(app, ["audit", "verify"]).exit_code == 0
    assert named(store.open_default()) == ["ours"]


def test_there_is_no_passphrase_to_change_where_keys_lie_in_files(home: Path) -> None:
    fill()

    result = runner.invoke(app, ["keys", "new-passphrase"])

    assert result.exit_code == 1
    assert "lie under no passphrase" in result.output


def test_keys_go_round_and_come_back_the_same(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill()
    backup_keys.new(settings().backup_key_file)
    before = {path.name: path.read_text().strip() for path in home.glob("*.key")}

    for kind in ("passphrase", "keyring", "file"):
        result = runner.invoke(app, ["keys", "move", "--to", kind])
        assert result.exit_code == 0
        assert f"CONCORD_KEYS={kind}" in result.output
        choose(monkeypatch, kind)
        assert named(store.open_default()) == ["ours"]
        assert backup_keys.read(settings().backup_key_file)

    assert {path.name: path.read_text().strip() for path in home.glob("*.key")} == before
    assert len(before) == 4
    assert not (home / "keys.sealed").exists()
    assert not (home / "keyring.id").exists()


def test_where_keys_lie_elsewhere_than_the_setting_says_no_new_ones_are_made(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill()
    choose(monkeypatch, "keyring")
    with pytest.raises(SettingsError, match=r"set CONCORD_KEYS=file, or run .* --to keyring"):
        store.open_default()

    move(home, "keyring")
    choose(monkeypatch, "file")
    with pytest.raises(SettingsError, match="set CONCORD_KEYS=keyring"):
        store.open_default()
    assert bare(home) == []


def test_a_key_that_a_stopped_move_left_behind_stops_the_start(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill()
    field = (home / "field.key").read_text()
    move(home, "keyring")
    key_holders.Files(home).put({"field.key": field})
    choose(monkeypatch, "keyring")

    with pytest.raises(SettingsError, match="finish the move"):
        store.open_default()
    assert runner.invoke(app, ["keys", "move", "--to", "keyring"]).exit_code == 0

    assert named(store.open_default()) == ["ours"]
    assert bare(home) == []


def test_two_keys_of_one_name_are_never_joined(home: Path) -> None:
    fill()
    move(home, "keyring")
    key_holders.Files(home).put({"field.key": "00" * 32})

    result = runner.invoke(app, ["keys", "move", "--to", "keyring"])

    assert result.exit_code == 1
    assert "two different keys called field.key" in result.output
    assert bare(home) == ["field.key"]


def test_a_folder_without_keys_is_not_the_right_one(home: Path) -> None:
    result = runner.invoke(app, ["keys", "move", "--to", "keyring"])

    assert result.exit_code == 1
    assert "There are no keys in this folder" in result.output


@pytest.mark.parametrize(
    ("backend", "said"),
    [("keyring.backends.fail.Keyring", "has no keyring"), ("ShutKeyring", "does not open")],
)
def test_a_machine_without_an_open_keyring_says_so_and_nothing_moves(
    home: Path, backend: str, said: str
) -> None:
    fill()
    full = backend if "." in backend else keyring_of_tests.NAME.replace("FileKeyring", backend)
    set_keyring(load_keyring(full))

    result = runner.invoke(app, ["keys", "move", "--to", "keyring"])

    assert result.exit_code == 1
    assert said in result.output
    assert bare(home) == ["audit.key", "database.key", "field.key"]
    assert not (home / "keyring.id").exists()


@pytest.mark.parametrize(("to", "step", "least"), [("keyring", 1, 10), ("passphrase", 10, 2)])
def test_a_move_that_is_killed_at_any_step_is_begun_again_and_no_key_is_lost(
    home: Path, tmp_path: Path, to: str, step: int, least: int
) -> None:
    environment = {**os.environ, "PYTHON_KEYRING_BACKEND": keyring_of_tests.NAME}
    command = [sys.executable, "-m", "tests.core.killed_moves", str(tmp_path / "moves"), to, str(step)]

    said = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=300
    )

    assert int(said.stdout) >= least


def test_a_backup_holds_the_keys_wherever_they_lie_and_leaves_none_on_the_disk(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, "passphrase")
    fill()
    written: set[str] = set()

    def watch(event: str, args: tuple[object, ...]) -> None:
        if event == "open" and watching and str(args[0]).endswith(".key"):
            written.add(str(args[0]))

    watching = True
    sys.addaudithook(watch)
    made = runner.invoke(app, ["backup", "--to", str(tmp_path / "copies")])
    watching = False
    file = next((tmp_path / "copies").iterdir())
    identity = backup_keys.read(settings().backup_key_file)
    backups.restore(file, identity, home=tmp_path / "restored")

    assert made.exit_code == 0
    assert written == set()
    assert bare(home) == []
    assert bare(tmp_path / "restored") == ["audit.key", "database.key", "field.key"]
    with pytest.raises(backups.BackupError, match="home_in_use"):
        backups.restore(file, identity, home=home)
