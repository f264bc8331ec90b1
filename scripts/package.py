"""Writes build/concord-VERSION.zip: what a machine with real data needs of this repository, and nothing else.

It takes the files that git knows, sorted, with one time for all: the same commit gives the same archive again, byte by byte.
"""

import hashlib
import subprocess
import sys
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

ROOT = Path(__file__).resolve().parents[1]
#: What is needed, files and folders.
NEEDED = (
    ".streamlit",
    "CHANGELOG.md",
    "Makefile",
    "README.md",
    "agreement_templates",
    "app.py",
    "core",
    "docs",
    "pages",
    "pyproject.toml",
    "requirements.lock",
)
#: What of it is for those alone who try Concord out or work on it.
LEFT_OUT = (
    # The fictional example, its way in without a password, and the commands that write it and measure with it.
    "core/demo/*",
    "pages/ui/example_form.py",
    # What writes the Word layouts, a page of the documents, and a new migration.
    "core/documents/bodies*.py",
    "core/documents/build.py",
    "core/documents/page.py",
    "core/documents/styles.py",
    "core/migrations/script.py.mako",
    "core/records_of_processing.py",
)
#: The earliest that a zip can say.
_TIME = (1980, 1, 1, 0, 0, 0)


def name() -> str:
    """What the package is called, and the folder in it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return f"{project['name']}-{project['version']}"


def files() -> list[str]:
    """The path of every file of the package, in order."""
    known = _git("ls-files", "-z", "--", *NEEDED).split("\0")
    return sorted(path for path in known if path and not any(fnmatchcase(path, out) for out in LEFT_OUT))


def write(folder: Path) -> Path:
    """Write the package into a folder, from the files as they stand there now; where it lies."""
    made = folder / f"{name()}.zip"
    made.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(made, "w") as package:
        for path in files():
            entry = ZipInfo(f"{name()}/{path}", _TIME)
            entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, 3, 0o644 << 16
            package.writestr(entry, (ROOT / path).read_bytes())
    return made


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, encoding="utf-8").stdout


if __name__ == "__main__":
    if changed := _git("status", "--porcelain", "--untracked-files=no"):
        sys.exit(f"Commit or undo these first, so that it is known what the package holds:\n{changed}")
    written = write(ROOT / "build")
    print(f"{hashlib.sha256(written.read_bytes()).hexdigest()}  {written.relative_to(ROOT)}")
