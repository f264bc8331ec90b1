"""The six identification steps, as the own service answers them."""

from collections.abc import Mapping
from functools import partial
from uuid import UUID

import streamlit as st

from core.content.digital_violence import DigitalViolence, Step
from core.models.digital import DigitalStep
from core.models.first_pass import Seen
from core.operations import cases, digital_steps
from pages.ui import digital_parts
from pages.ui.digital_parts import Held, Line
from pages.ui.workspace import Workspace


def show(ws: Workspace, case_id: UUID, content: DigitalViolence, answered: Mapping[str, DigitalStep]) -> None:
    """Each step with what to ask, answered as one goes."""
    t = ws.words
    st.header(t("digital.steps.title"))
    st.caption(t("digital.steps.help"))
    lines = [_line(ws, case_id, step) for step in content.steps]
    digital_parts.look(ws, lines)
    for step, line in zip(content.steps, lines, strict=True):
        digital_parts.hold(ws, line, _held(answered.get(step.id)))
        digital_parts.show(ws, line)


def _line(ws: Workspace, case_id: UUID, step: Step) -> Line:
    return Line(
        case_id=case_id,
        slot=f"digital:{case_id}:step:{step.id}",
        title=step.title,
        help=step.ask(cases.side_of(ws.actor)),
        options=digital_steps.ANSWERS[step.kind],
        say=partial(_say, ws, step),
        keep=partial(_keep, case_id, step),
        now=partial(_now, case_id, step),
        note_label=ws.words("digital.steps.note"),
        noted=frozenset(Seen) - {Seen.NOT_KNOWN},
    )


def _held(row: DigitalStep | None) -> Held:
    return Held(row.seen, row.note, row.version) if row else Held()


def _now(case_id: UUID, step: Step, ws: Workspace) -> Held:
    return _held(ws.read(digital_steps.mine, case_id).get(step.id))


def _say(ws: Workspace, step: Step, seen: Seen) -> str:
    return ws.words(f"digital.answer.{step.kind}.{seen}")


def _keep(case_id: UUID, step: Step, ws: Workspace, wanted: Held) -> int | None:
    saved = wanted.seen and ws.make(
        digital_steps.answer,
        case_id,
        step=step.id,
        seen=wanted.seen,
        note=wanted.note,
        version=wanted.version,
    )
    return saved.version if saved else None
