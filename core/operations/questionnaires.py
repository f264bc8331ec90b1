"""By what somebody is asked about change: the short forms that the product ships, and what the services hold themselves.

An administrator enters their own as the texts of two files, structure and words apart. It is checked before it is kept,
released to be asked by, and from then on it never changes: what was answered stays on what was asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import access, audit, clock, text
from core.access import Actor, Permission
from core.content import own_questionnaires
from core.content import questionnaires as content
from core.content.questionnaires import Respondent
from core.errors import Conflict, ContentError, Invalid, NotFound
from core.models import Questionnaire, ServiceKind
from core.operations import protocols
from core.settings import settings

__all__ = ["Questionnaire", "Respondent"]

LONGEST_FILE: Final = 60_000
#: Where whoever runs the program can lay the files: one folder for each questionnaire, in the home folder.
FOLDER: Final = "questionnaires"
STRUCTURE: Final = "v1"
_SHIPPED: Final = {content.load(one).id: one for one in Respondent}


def respondent_of(side: ServiceKind) -> Respondent:
    """Whom a side asks."""
    return Respondent.HER if side is ServiceKind.VSS else Respondent.HIM


def load(db: Session, key: str, number: int) -> content.Questionnaire:
    """A questionnaire that somebody was asked by. Raises NotFound where there is none."""
    if key in _SHIPPED:
        return content.load(_SHIPPED[key], number, settings().language)
    found = db.scalar(
        select(Questionnaire).where(
            Questionnaire.key == key, Questionnaire.number == number, Questionnaire.released_at.is_not(None)
        )
    )
    if found is None:
        raise NotFound
    return content_of(found)


def current(db: Session, respondent: Respondent, time: str) -> tuple[content.Questionnaire, int]:
    """What a respondent is asked by at a time, and its number: the newest own one, else the short form."""
    own = (
        select(Questionnaire)
        .where(Questionnaire.released_at.is_not(None), Questionnaire.ended_at.is_(None))
        .order_by(Questionnaire.released_at.desc(), Questionnaire.number.desc())
    )
    for row in db.scalars(own):
        found = content_of(row)
        if found.respondent is respondent and time in found.times:
            return found, row.number
    return content.load(respondent, content.LATEST, settings().language), content.LATEST


def content_of(found: Questionnaire) -> content.Questionnaire:
    return own_questionnaires.from_data(found.content, settings().language)


@dataclass(frozen=True)
class Asked:
    """A questionnaire with the times at which its respondent is asked by it now."""

    respondent: Respondent
    times: tuple[str, ...]
    title: str


def asked_now(db: Session, actor: Actor) -> list[Asked]:
    """By what he and she are asked at each time of the protocol, as it holds today."""
    access.require(actor, Permission.ADMINISTER)
    found = []
    for respondent in Respondent:
        by_title: dict[str, list[str]] = {}
        for time in protocols.current(db).t_points:
            form, _ = current(db, respondent, time.id)
            by_title.setdefault(form.title, []).append(time.id)
        found += [Asked(respondent, tuple(times), title) for title, times in by_title.items()]
    return found


def released(db: Session, actor: Actor) -> Sequence[Questionnaire]:
    """The services' own questionnaires that were released, newest first; ended ones among them."""
    access.require(actor, Permission.ADMINISTER)
    statement = access.visible_questionnaires(actor).where(Questionnaire.released_at.is_not(None))
    return db.scalars(statement.order_by(Questionnaire.released_at.desc())).all()


def draft(db: Session, actor: Actor) -> Questionnaire | None:
    """The one that is being entered, if there is one."""
    access.require(actor, Permission.ADMINISTER)
    statement = access.visible_questionnaires(actor).where(Questionnaire.released_at.is_(None))
    return db.scalars(statement).one_or_none()


def folders(db: Session, actor: Actor) -> Sequence[str]:
    """What lies in the folder of the installation, by the names of its folders."""
    del db
    access.require(actor, Permission.ADMINISTER)
    root = settings().home / FOLDER
    return sorted(path.name for path in root.iterdir() if path.is_dir()) if root.is_dir() else ()


def enter_folder(db: Session, actor: Actor, *, name: str) -> Questionnaire:
    """Begin with what lies in a folder of the installation: `v1.toml` and its words by language."""
    if name not in folders(db, actor):
        raise NotFound
    here = settings().home / FOLDER / name
    words = {path.name.split(".")[1]: _read(path) for path in sorted(here.glob(f"{STRUCTURE}.??.toml"))}
    return _enter(db, actor, _read(here / f"{STRUCTURE}.toml"), words, name=f"{name}/{STRUCTURE}")


def enter(db: Session, actor: Actor, *, structure: str, words: str) -> Questionnaire:
    """Begin with the texts of two files. Raises Invalid with the file, the line where it is known, and the reason."""
    said = {
        name: text.text(typed, field=name, longest=LONGEST_FILE)
        for name, typed in (("structure", structure), ("words", words))
    }
    return _enter(db, actor, said["structure"], {settings().language: said["words"]}, name=STRUCTURE)


def release(db: Session, actor: Actor, *, version: int) -> Questionnaire:
    """From now on its respondent is asked by it, at its times; it never changes again."""
    found = _draft(db, actor, version)
    found.released_at = clock.now()
    audit.record(db, actor, "released", found)
    db.flush()
    return found


def discard(db: Session, actor: Actor, *, version: int) -> None:
    """Throw away the one that is being entered."""
    found = _draft(db, actor, version)
    audit.record(db, actor, "discarded", found)
    db.delete(found)
    db.flush()


def end(db: Session, actor: Actor, *, key: str, number: int) -> Questionnaire:
    """Nobody is asked by it any more; what was answered on it is read on. Raises Conflict where it ended already."""
    found = next((one for one in released(db, actor) if (one.key, one.number) == (key, number)), None)
    if found is None:
        raise NotFound
    if found.ended_at is not None:
        raise Conflict("error.change.ended")
    found.ended_at = clock.now()
    audit.record(db, actor, "ended", found)
    db.flush()
    return found


def _enter(
    db: Session, actor: Actor, structure: str, words: Mapping[str, str], *, name: str
) -> Questionnaire:
    if draft(db, actor) is not None:
        raise Conflict("error.change.draft_exists")
    try:
        data = own_questionnaires.read_own(structure, words, name=name)
    except ContentError as wrong:
        raise _refused(wrong) from None
    made = own_questionnaires.from_data(data, settings().language)
    known = {one.id for one in protocols.current(db).t_points}
    if unknown := sorted(set(made.times) - known):
        reason = ", ".join(unknown)
        raise Invalid("error.change.unknown_time", field="structure", times=reason)
    if made.id in _SHIPPED:
        raise Invalid("error.change.key_taken", field="structure", name=made.id)
    last = db.scalar(select(func.max(Questionnaire.number)).where(Questionnaire.key == made.id))
    found = Questionnaire(key=made.id, number=(last or 0) + 1, content=data, made_by=actor.person_id)
    db.add(found)
    db.flush()
    audit.record(db, actor, "drafted", found)
    return found


def _read(path: Path) -> str:
    """Raises Invalid for a file that is not there or not in UTF-8."""
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        name = f"{path.parent.name}/{path.name}"
        raise Invalid("error.change.unreadable", field="structure", file=name) from None


def _refused(wrong: ContentError) -> Invalid:
    field = "structure" if wrong.path.name == f"{STRUCTURE}.toml" else "words"
    key = "error.change.file_line" if wrong.line else "error.change.file"
    return Invalid(key, field=field, file=str(wrong.path), reason=wrong.reason, line=wrong.line)


def _draft(db: Session, actor: Actor, version: int) -> Questionnaire:
    found = draft(db, actor)
    if found is None:
        raise Conflict("error.change.no_draft")
    access.require_version(found, version)
    return found
