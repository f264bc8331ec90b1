"""The forms of digital violence, group by group: what is there now, was in the past, is not, or is not known."""

from functools import partial
from uuid import UUID

import streamlit as st

from core.content.digital_violence import DigitalViolence, Form
from core.models.digital import DigitalFinding
from core.models.first_pass import Seen
from core.operations import digital_findings
from pages.ui import digital_parts
from pages.ui.digital_parts import Held, Line
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def show(ws: Workspace, case_id: UUID, content: DigitalViolence) -> None:
    """The three groups, answered as one goes down."""
    t = ws.words
    found = ws.read(digital_findings.of_case, case_id)
    st.header(t("digital.found.title"))
    st.caption(t("digital.found.help"))
    lines = {form.id: _line(ws, case_id, form) for group in content.groups for form in group.forms}
    digital_parts.look(ws, lines.values())
    for group in content.groups:
        st.subheader(plain(group.title))
        st.caption(plain(group.help))
        for form in group.forms:
            digital_parts.hold(ws, lines[form.id], _held(found.get(form.id)))
            digital_parts.show(ws, lines[form.id])


def _line(ws: Workspace, case_id: UUID, form: Form) -> Line:
    return Line(
        case_id=case_id,
        slot=f"digital:{case_id}:form:{form.id}",
        title=form.title,
        options=tuple(Seen),
        say=partial(_say, ws),
        keep=partial(_keep, case_id, form),
        now=partial(_now, case_id, form),
        note_label=ws.words("digital.found.note"),
        noted=frozenset({Seen.PRESENT, Seen.PAST}),
    )


def _held(row: DigitalFinding | None) -> Held:
    return Held(row.seen, row.note, row.version) if row else Held()


def _now(case_id: UUID, form: Form, ws: Workspace) -> Held:
    return _held(ws.read(digital_findings.of_case, case_id).get(form.id))


def _say(ws: Workspace, seen: Seen) -> str:
    return ws.words(f"risk.seen.{seen}")


def _keep(case_id: UUID, form: Form, ws: Workspace, wanted: Held) -> int | None:
    saved = wanted.seen and ws.make(
        digital_findings.write,
        case_id,
        form=form.id,
        seen=wanted.seen,
        note=wanted.note,
        version=wanted.version,
    )
    return saved.version if saved else None
