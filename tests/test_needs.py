"""What the tests themselves need: an installed Chromium is enough, and where CI is set nothing is skipped."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: Everything but a browser.
OTHERS = ("soffice", "pdftotext", "pg_ctl", "nginx", "caddy", "openssl")


def needs(folder: Path, *browsers: str) -> str:
    """Run the script as root on a machine that has these browsers; what it would install."""
    folder.mkdir()
    installed = folder / "installed"
    for name, does in {
        "id": "echo 0",
        "apt-get": f'echo "$@" >> {installed}',
        **dict.fromkeys((*OTHERS, *browsers), "true"),
    }.items():
        stub = folder / name
        stub.write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
        stub.chmod(0o755)
    for name in ("sh", "dirname"):
        (folder / name).symlink_to(str(shutil.which(name)))
    subprocess.run(
        ["/bin/sh", str(ROOT / "scripts" / "test_needs.sh")],
        env={"PATH": str(folder)},
        check=True,
        capture_output=True,
    )
    return installed.read_text(encoding="utf-8") if installed.exists() else ""


def test_an_installed_chromium_is_enough_and_where_none_is_the_shell_is_installed(tmp_path: Path) -> None:
    assert needs(tmp_path / "one", "chromium") == ""
    assert needs(tmp_path / "other", "google-chrome") == ""
    assert "chromium-headless-shell" in needs(tmp_path / "none")


def test_where_ci_is_set_a_test_that_is_skipped_fails(tmp_path: Path) -> None:
    skipping = tmp_path / "test_skipping.py"
    skipping.write_text(
        "import pytest\n\ndef test_it() -> None:\n    pytest.skip('not here')\n", encoding="utf-8"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "tests.conftest"]
    command += ["-c", os.devnull, f"--rootdir={tmp_path}", str(skipping)]

    def ended(**environment: str) -> tuple[int, str]:
        kept = {name: value for name, value in os.environ.items() if name != "CI"}
        done = subprocess.run(
            command, cwd=ROOT, env={**kept, **environment}, check=False, capture_output=True, text=True
        )
        return done.returncode, done.stdout

    assert ended()[0] == 0
    code, said = ended(CI="1")
    assert code == 1
    assert "skipped while CI is set" in said
