"""Reads all content there is, so that a mistake is found before the program starts."""

import hashlib
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from core.content import (
    access_rules,
    agreements,
    closings,
    consent_purposes,
    digital_violence,
    eligibilities,
    expectations,
    file_topics,
    files,
    glossary_terms,
    immediate_notices,
    meeting_kinds,
    participation,
    protocols,
    questionnaires,
    recipients,
    reporting_routes,
    retention,
    risk_checklists,
    talks,
    telling,
    trainings,
    violence_kinds,
)
from core.content.files import FOLDER
from core.errors import ContentError


def _versions(kind: str, load: Callable[[int, str], object]) -> Callable[[], Iterable[str]]:
    def check() -> Iterable[str]:
        for version, language in files.versions(kind):
            load(version, language)
            yield f"{kind} v{version} {language}"

    return check


def released(folder: Path = FOLDER) -> Iterable[str]:
    """Compares every released file with what was released. Raises ContentError for one that changed."""
    listed: dict[str, str] = tomllib.loads((folder / "released.toml").read_text("utf-8"))["sha256"]
    for name, digest in listed.items():
        path = folder / name
        if not path.exists():
            raise ContentError(path, "this file was released and is missing")
        if hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest() != digest:
            later = "copy it to the next version, such as v2.toml, and change that"
            raise ContentError(path, f"this file was released and has changed; {later}")
        yield f"released {name}"


def _agreements() -> Iterable[str]:
    for agreement_id, version in agreements.released():
        agreements.load(agreement_id, version)
        yield f"agreement {agreement_id} v{version} {files.ENGLISH}"


#: One function for each kind of content: it reads all of it, says what it read, and raises ContentError.
CHECKS: Final[tuple[Callable[[], Iterable[str]], ...]] = (
    _versions(access_rules.KIND, access_rules.load),
    _versions(meeting_kinds.KIND, meeting_kinds.load),
    _versions(participation.KIND, participation.load),
    _versions(protocols.KIND, protocols.load),
    _versions(trainings.KIND, trainings.load),
    _versions(closings.KIND, closings.load),
    _versions(expectations.KIND, expectations.load),
    _versions(eligibilities.KIND, eligibilities.load),
    _versions(file_topics.KIND, file_topics.load),
    _versions(consent_purposes.KIND, consent_purposes.load),
    _versions(glossary_terms.KIND, glossary_terms.load),
    _versions(retention.KIND, retention.load),
    _versions(talks.KIND, talks.load),
    _versions(risk_checklists.WOMAN, risk_checklists.loads_woman),
    _versions(risk_checklists.CHILDREN, risk_checklists.loads_children),
    _versions(questionnaires.DOMAINS, questionnaires.load_domains),
    _versions("change/him", questionnaires.loads_him),
    _versions("change/her", questionnaires.loads_her),
    _versions(recipients.KIND, recipients.load),
    _versions(telling.KIND, telling.load),
    _versions(digital_violence.KIND, digital_violence.load),
    _versions(reporting_routes.KIND, reporting_routes.load),
    _versions(violence_kinds.KIND, violence_kinds.load),
    _versions(immediate_notices.KIND, immediate_notices.load),
    _agreements,
    released,
)


def check_all() -> list[str]:
    """What was read. Raises ContentError at the first mistake, with file and line."""
    return [found for check in CHECKS for found in check()]
