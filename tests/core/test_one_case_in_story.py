"""An operation about one case reads of that case alone, and says to the letter what it would say if it had looked at all."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import locale, operations
from core.access import Actor, statements
from core.db import Base
from core.demo import load_deep
from core.demo.stage import Stage
from core.errors import CoreError
from core.models import (
    Agreement,
    Case,
    CaseFile,
    FileNote,
    Meeting,
    PersonRequest,
    QuestionnaireResponse,
    RiskAssessment,
)
from tests import example

ROOT = Path(__file__).parent.parent.parent
#: What operations ask for besides the case or its record.
GIVEN: Mapping[str, Callable[[], object]] = {"words": locale.Words, "is_planning": bool, "is_shared": bool}
#: They are given what somebody typed or chose, and look up nothing but the one case by it.
OF_TYPED = {
    "change_summaries.preview",
    "digital_shares.preview",
    "erasures.preview",
    "first_passes.answer_of",
    "first_passes.preview",
    "immediate_notices.pace",
    "immediate_notices.preview",
    "joint_items.preview",
    "papers_for_him.preview",
    "responses.answer_of",
    "strikes.preview",
}
#: What an operation of one case is given, and where such records are found.
BY = {
    "case_id": select(Case.id).add_columns(Case.id),
    "assessment_id": select(RiskAssessment.id, RiskAssessment.case_id),
    "meeting_id": select(Meeting.id, Meeting.case_id),
    "agreement_id": select(Agreement.id, Agreement.case_id),
    "request_id": select(PersonRequest.id, PersonRequest.case_id),
    "note_id": select(FileNote.id, CaseFile.case_id).join(CaseFile, CaseFile.id == FileNote.file_id),
    "response_id": select(QuestionnaireResponse.id, CaseFile.case_id).join(
        CaseFile, CaseFile.id == QuestionnaireResponse.file_id
    ),
}
#: So many of a kind of each case are asked for.
MOST = 3


@cache
def marked() -> dict[str, Callable[..., Any]]:
    """Every operation that is marked as one of one case, by module and name."""
    found: dict[str, Callable[..., Any]] = {}
    for module in pkgutil.iter_modules(operations.__path__):
        loaded = importlib.import_module(f"core.operations.{module.name}")
        for name, one in inspect.getmembers(loaded, inspect.isfunction):
            if one.__module__ == loaded.__name__ and inspect.unwrap(one) is not one and asked_by(one) in BY:
                found[f"{module.name}.{name}"] = one
    return found


def asked_by(operation: Callable[..., Any]) -> str:
    """The id that an operation takes after the database and who asks."""
    names = list(inspect.signature(operation).parameters)
    return names[2] if names[:2] == ["db", "actor"] and len(names) > 2 else ""


def unmarked_of_pages() -> set[str]:
    """What pages read of a case by its id, without the mark."""
    found = set()
    for file in (ROOT / "pages").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                asked = node.args[0]
                if node.func.attr in {"read", "look", "glance"} and isinstance(asked, ast.Attribute):
                    found.add(ast.unparse(asked))
    return {name for name in found if is_unmarked(name)}


def is_unmarked(name: str) -> bool:
    module, _, function = name.partition(".")
    try:
        operation = getattr(importlib.import_module(f"core.operations.{module}"), function)
    except ModuleNotFoundError:
        return False
    return asked_by(operation) == "case_id" and inspect.unwrap(operation) is operation


def shape(value: object, above: tuple[int, ...] = ()) -> object:
    """What was found, so that two findings can be compared: records by their id, everything else by what it holds."""
    if isinstance(value, Base):
        return repr(value)
    if id(value) in above:
        return "again"
    parts = parts_of(value)
    return value if parts is None else [type(value), *(shape(part, (*above, id(value))) for part in parts)]


def parts_of(value: object) -> Iterable[object] | None:
    if isinstance(value, str | bytes | Enum | type) or callable(value):
        return None
    if isinstance(value, Mapping):
        return sorted(value.items(), key=lambda each: repr(each[0]))
    if isinstance(value, Sequence):
        return value
    if isinstance(value, set | frozenset):
        return sorted(value, key=repr)
    return vars(value).items() if hasattr(value, "__dict__") else None


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    with example.written(request.getfixturevalue(f"{request.param}_engine"), cases=4) as stage:
        yield stage


def said(db: Session, name: str, actor: Actor, record_id: UUID) -> object:
    operation = marked()[name]
    given = {each: make() for each, make in GIVEN.items() if each in inspect.signature(operation).parameters}
    with db.begin_nested() as undone:
        try:
            found = shape(operation(db, actor, record_id, **given))
        except CoreError as error:
            found = error
        finally:
            undone.rollback()
    db.expunge_all()
    return found


def records(stage: Stage, kind: str) -> list[UUID]:
    """Some records of a kind of three cases: of the story, with what went otherwise, and of five years."""
    told = Case.code.endswith("-07") | Case.code.endswith("-09") | (Case.code == load_deep.CODE)
    case_ids = stage.db.scalars(select(Case.id).where(told)).all()
    rows = stage.db.execute(BY[kind]).all()
    return [row[0] for case_id in case_ids for row in [one for one in rows if one[1] == case_id][:MOST]]


@pytest.mark.parametrize("person", ["ivo", "elena", "nina"])
def test_an_operation_of_one_case_says_what_it_says_when_it_looks_at_all(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, person: str
) -> None:
    actor = stage.actors[person]
    found_by = {kind: records(stage, kind) for kind in BY}
    asked = [
        (name, record_id)
        for name, operation in marked().items()
        if name not in OF_TYPED
        for record_id in found_by[asked_by(operation)]
    ]
    alone = [said(stage.db, name, actor, record_id) for name, record_id in asked]

    monkeypatch.setattr(statements, "is_one_case", lambda: False)
    beside_all = [said(stage.db, name, actor, record_id) for name, record_id in asked]

    differ = [
        key[0] for key, one, other in zip(asked, alone, beside_all, strict=True) if str(one) != str(other)
    ]
    assert differ == []
    assert sum(not isinstance(one, CoreError) for one in alone) > len(asked) / 2


def test_pages_read_of_a_case_by_operations_of_one_case() -> None:
    assert unmarked_of_pages() == set()
