"""Prints docs/parts.json: every library that is installed with the program, by the locked versions, as CycloneDX 1.6."""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "parts.json"
_LOCKED = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^]]*\])?==(\S+?)(?:\s*;\s*(.+?))?\s*\\?$", re.MULTILINE)


def locked(name: str = "requirements.lock") -> list[tuple[str, str, str]]:
    """Name, version and where it is needed, of each line of a lock file."""
    return _LOCKED.findall((ROOT / name).read_text(encoding="utf-8"))


def page() -> str:
    components = [
        {
            "type": "library",
            "bom-ref": f"pkg:pypi/{name.lower()}@{version}",
            "name": name,
            "version": version,
            "purl": f"pkg:pypi/{name.lower()}@{version}",
            **({"properties": [{"name": "concord:only-where", "value": where}]} if where else {}),
        }
        for name, version, where in sorted(locked())
    ]
    made = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "concord"}},
        "components": components,
    }
    return json.dumps(made, indent=1) + "\n"


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(PAGE.read_text(encoding="utf-8") != page())
    PAGE.write_text(page(), encoding="utf-8")
