"""How agreements are named on every page: what they are, where they stand, and what is still needed."""

import streamlit as st

from core.content.agreements import Ask
from core.locale import Words
from core.operations import agreements
from core.operations.agreement_reading import Opened
from core.operations.agreements import Agreement, AgreementClause, Standing
from core.operations.phases import Link
from pages.ui.links import link_to
from pages.ui.plain import plain
from pages.ui.workspace import Workspace

_COLOURS = {
    Standing.DRAFT: "gray",
    Standing.APPROVED: "blue",
    Standing.COMING: "blue",
    Standing.IN_FORCE: "green",
    Standing.REVIEW_DUE: "orange",
    Standing.ENDED: "gray",
    Standing.TERMINATED: "red",
    Standing.CALLED_OFF: "red",
    Standing.WITHDRAWN: "gray",
}
#: What of a long answer is shown beside its question.
_LONGEST = 160
#: Days after which the end of a case's agreement is asked about: two years.
_LONG = 731


def badge(t: Words, standing: Standing) -> str:
    """The standing as a small badge inside Markdown."""
    return f":{_COLOURS[standing]}-badge[{t(f'agreements.standing.{standing}')}]"


def services(agreement: Agreement) -> str:
    """The two services, as typed."""
    return f"{agreement.cooperation.pp.name} · {agreement.cooperation.vss.name}"


def times(t: Words, agreement: Agreement) -> str:
    """From when to when, and the review, in one line; empty for a draft without days, and for what never held."""
    parts = []
    if agreements.standing(agreement) is Standing.CALLED_OFF:
        return ""
    if agreement.in_force_from is not None:
        parts.append(t("agreements.since", day=t.day(agreement.in_force_from)))
    if agreement.terminated_on is not None:
        return " · ".join([*parts, t("agreements.ended_on", day=t.day(agreement.terminated_on))])
    if agreement.ends_on is not None:
        parts.append(t("agreements.until", day=t.day(agreement.ends_on)))
    if agreement.review_on is not None:
        parts.append(t("agreements.review", day=t.day(agreement.review_on)))
    return " · ".join(parts)


def clause_name(t: Words, opened: Opened, clause: AgreementClause) -> str:
    """Number and heading of a clause, as plain text."""
    heading = opened.clause_text(clause).heading or t("document.agreement.own_clause")
    return f"{opened.numbers.get(clause.key, '')} {heading}".strip()


def clause_label(t: Words, opened: Opened, clause: AgreementClause) -> str:
    """The same with what is to be known about it, for a list of clauses."""
    parts = [clause_name(t, opened, clause)]
    missing = len(opened.missing_of(clause)) if clause.is_included else 0
    if not clause.is_included:
        parts.append(t("agreement_draft.left_out"))
    elif clause.state == "contested":
        parts.append(t("agreement_draft.contested"))
    elif clause.was_agreed:
        parts.append(t("agreement_draft.open_again"))
    if missing:
        parts.append(t.count("agreement_draft.missing_here", missing))
    return " · ".join(parts)


def others(ws: Workspace, agreement: Agreement) -> None:
    """The other agreements of the case, the newest first: what holds, what is to follow it, what was before."""
    if agreement.case_id is None:
        return
    t, found = ws.words, ws.read(agreements.list_of_case, agreement.case_id)
    rows = [one for one in found if one.id != agreement.id]
    if not rows:
        return
    with st.expander(t.count("agreement.others_of_case", len(rows)), icon=":material/contract:"):
        for one in rows:
            said = [t(f"agreements.standing.{agreements.standing(one)}"), times(t, one)]
            link_to(Link("agreement", {"agreement": str(one.id)}), " · ".join(filter(None, said)))


def question(t: Words, ask: Ask, *, is_short: bool = False) -> str:
    """The question with its unit, and whether it may stay empty."""
    label = ask.label if is_short else ask.long_label
    if ask.kind in {"days", "months", "hours"}:
        label = t(f"agreement_draft.in_{ask.kind}", label=label)
    return t("agreement_draft.optional", label=label) if ask.is_optional else label


def needs(t: Words, opened: Opened) -> str:
    """What is missing or contested, as a Markdown list under the clause that it belongs to."""
    names = {clause.key: clause_name(t, opened, clause) for clause in opened.in_order}
    groups: dict[str, list[str]] = {opened.content.parties_title: [], **{name: [] for name in names.values()}}
    for item in opened.missing:
        _chapter, key = opened.place_of(item)
        group = names.get(key, opened.content.parties_title)
        text = item.label if item.kind == "answer" else t(f"agreements.missing.{item.kind}", label=item.label)
        groups.setdefault(group, []).append(plain(_short(text)))
    for placed in opened.contested:
        text = t("agreements.contested_note", note=plain(_short(placed.note)))
        groups.setdefault(names.get(placed.id, placed.clause.heading), []).append(text)
    return "\n".join(f"- **{plain(group)}**: {'; '.join(items)}" for group, items in groups.items() if items)


def show_needs(t: Words, opened: Opened) -> None:
    """Say what stands before the approval, or that nothing does."""
    if opened.is_complete:
        st.success(t("agreements.complete"), icon=":material/check:")
        return
    st.markdown(f"**{needs_in_short(t, opened)}**")
    st.markdown(needs(t, opened))


def show_length(t: Words, opened: Opened) -> None:
    """Ask whether the last day is meant where a case's agreement runs for very long: a year mistyped is seen by nobody."""
    first, last = opened.agreement.starts_on, opened.agreement.ends_on
    if first is not None and last is not None and (last - first).days > _LONG:
        st.warning(t("agreements.runs_long", day=t.day(last)), icon=":material/event_upcoming:")


def needs_in_short(t: Words, opened: Opened) -> str:
    parts = []
    if opened.missing:
        parts.append(t.count("agreements.missing_count", len(opened.missing)))
    if opened.contested:
        parts.append(t.count("agreements.contested_count", len(opened.contested)))
    return ", ".join(parts)


def _short(text: str) -> str:
    """In one line; where it goes on, that is said."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST].rstrip()} …"


def title(t: Words, opened: Opened) -> str:
    """The kind of agreement, and at case level the case."""
    case = opened.agreement.case
    return t("agreements.of_case", code=plain(case.code)) if case else t("agreements.of_services")


def head(t: Words, opened: Opened) -> str:
    """Standing, version and days in one line."""
    parts = [badge(t, opened.standing), t("agreements.version", number=opened.number)]
    if line := times(t, opened.agreement):
        parts.append(line)
    if opened.is_changeable and (needed := needs_in_short(t, opened)):
        parts.append(f"**{needed}**")
    return " · ".join(parts)
