"""Makes the Word templates: `python -m core.documents.build` writes them, `--check` says which differ.

The files are kept in the repository, so that staff may open them in Word; a test holds built and kept equal.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from core.documents import bodies, bodies_closing, bodies_digital, bodies_notice, bodies_picture, bodies_risk
from core.documents.page import Page
from core.documents.word import template_path

ROOT = Path(__file__).parents[2]
AGREEMENTS = ROOT / "agreement_templates"

_BODIES: dict[str, Callable[[Page], None]] = {
    "breach_report": bodies.breach_report,
    "minutes": bodies.minutes,
    "invitation": bodies.invitation,
    "action_plan": bodies.action_plan,
    "emergency_sheet": bodies.emergency_sheet,
    "phase_1_record": bodies.phase_1_record,
    "paper_for_him": bodies.paper_for_him,
    "talk_record": bodies.talk_record,
    "safety_plan": bodies_digital.safety_plan,
    "notice": bodies_notice.notice,
    "picture": bodies_picture.picture,
    "risk_record": bodies_risk.risk_record,
    "closing_report": bodies_closing.closing_report,
    "person_copy": bodies.person_copy,
}


def built() -> dict[Path, bytes]:
    """Every template, made anew."""
    files = {template_path(name, "en"): _make(body) for name, body in _BODIES.items()}
    for folder in sorted(AGREEMENTS.glob("*/v*")):
        files[folder / "template.en.docx"] = _make(bodies.agreement)
    return files


def differing() -> list[Path]:
    """The templates whose kept file is not what would be built."""
    return [path for path, content in built().items() if not path.exists() or path.read_bytes() != content]


def main(arguments: list[str]) -> int:
    if "--check" in arguments:
        return 1 if differing() else 0
    write(ROOT)
    return 0


def write(root: Path) -> None:
    """Write every template under a root, at its place in the repository."""
    for path, content in built().items():
        place = root / path.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


def _make(body: Callable[[Page], None]) -> bytes:
    page = Page("en")
    body(page)
    return page.content()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
