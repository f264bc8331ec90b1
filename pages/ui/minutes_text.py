"""The minutes as a screen: the same content, in the same order, as the Word file."""

from collections.abc import Callable, Iterable, Sequence

import streamlit as st

from core.locale import Words
from core.operations import minutes_documents
from core.operations.minutes import Content, Version, View
from core.operations.minutes_contents import Planned, changes, responsible
from pages.ui.plain import plain


def show(t: Words, content: Content) -> None:
    """All that the minutes say."""
    if content.is_consultation:
        st.warning(t("document.consultation_note.notice"), icon=":material/warning:")
    lines = {
        "held_at": minutes_documents.held_at(content, t),
        "place": minutes_documents.place(content, t),
        "chair": content.chair,
        "minute_taker": content.minute_taker,
        "risk_level": minutes_documents.risk_level(content, t),
        "risk_settled": "\n".join(minutes_documents.risk_settled(content, t)),
    }
    st.markdown(
        "  \n".join(
            f"**{t(f'document.minutes.{key}')}:** {plain(value)}" for key, value in lines.items() if value
        )
    )
    st.caption(content.purpose)
    st.subheader(t("document.minutes.attendance"))
    _people(t, content)
    if content.code:
        st.subheader(t("document.minutes.last_actions"))
        _actions(
            t,
            content.last_actions,
            t("document.minutes.last_actions_empty"),
            said=minutes_documents.state_of_last,
        )
    st.subheader(t("document.minutes.discussed"))
    st.markdown("\n\n".join(_items(t, content)) or t("document.minutes.items_empty"))
    if opened := minutes_documents.silent(content, t):
        st.markdown(plain(opened))
    if left := minutes_documents.not_reached(content, t):
        st.markdown(plain(left))
    if content.code:
        st.subheader(t("document.minutes.new_actions"))
        _actions(t, content.new_actions, t("document.minutes.new_actions_empty"))
    st.subheader(t("document.minutes.next_meeting"))
    st.markdown(plain(minutes_documents.next_meeting(content, t)) or t("document.minutes.next_meeting_empty"))


def _people(t: Words, content: Content) -> None:
    rows = [
        (
            person.name,
            person.service,
            minutes_documents.role(person, content, t),
            minutes_documents.took_part(person, t),
            t("document.minutes.declaration_yes" if person.declared_at else "document.minutes.declaration_no")
            + (f", {t.time(person.declared_at)}" if person.declared_at else ""),
        )
        for person in content.people
        if person.took_part
    ]
    heads = [t(f"document.minutes.{key}") for key in ("name", "service", "role", "mode", "declaration")]
    st.markdown(table(heads, rows) if rows else t("document.minutes.attendance_empty"))
    missing = {
        "apologies": minutes_documents.apologies(content),
        "not_there": minutes_documents.not_there(content),
    }
    for key, people in missing.items():
        if people:
            named = "; ".join(plain(each) for each in people)
            st.markdown(f"**{t(f'document.minutes.{key}')}:** {named}")
    st.caption(t("document.minutes.reminder"))


def _actions(
    t: Words,
    actions: Iterable[Planned],
    empty: str,
    *,
    said: Callable[[Planned, Words], str] = minutes_documents.state,
) -> None:
    rows = [
        (
            action.need,
            action.text,
            t.day(action.due_on),
            responsible(action),
            said(action, t),
        )
        for action in actions
    ]
    heads = [t(f"document.minutes.{key}") for key in ("need", "action", "term", "responsible", "state")]
    st.markdown(table(heads, rows) if rows else empty)


def _items(t: Words, content: Content) -> Iterable[str]:
    for number, item in enumerate(content.discussed, start=1):
        title = plain(item.title) if item.is_reached else t("minutes.not_reached", title=plain(item.title))
        yield f"**{number}. {title}**"
        texts = [f"*{t(f'entry.{entry}')}*  \n{plain(text)}" for entry, text in item.texts.items() if text]
        yield "\n\n".join(texts)


def after(t: Words, view: View) -> None:
    """What came after the meeting, in its place in the Word file: addenda, and who agreed."""
    if view.addenda:
        st.subheader(t("document.minutes.addenda"))
        for added in view.addenda:
            said = t("minutes.added", text=plain(added.text), name=plain(added.name), at=t.moment(added.at))
            st.info(said, icon=":material/post_add:")
    st.subheader(t("document.minutes.approvals"))
    agreed = "\n".join(f"- {line}" for line in _approvals(t, view.latest))
    st.markdown(agreed or t("document.minutes.approvals_empty"))


def _approvals(t: Words, version: Version) -> list[str]:
    return [
        t("minutes.approval", name=plain(each.name), service=plain(each.service), at=t.moment(each.at))
        for each in version.approvals
    ]


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of typed text: a line end inside a cell becomes a blank."""
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    lines += [f"| {' | '.join(plain(' '.join(cell.split())) for cell in row)} |" for row in rows]
    return "\n".join(lines)


def history(t: Words, view: View) -> None:
    """The versions, who agreed to which, and what each changed."""
    for before, version in zip((None, *view.versions), view.versions, strict=False):
        st.markdown(
            t(
                "minutes.made",
                number=version.number,
                at=t.moment(version.made_at),
                name=plain(version.made_by),
            )
        )
        if agreed := _approvals(t, version):
            st.caption(t("minutes.agreed_by", people="; ".join(agreed)))
        if before is not None:
            _changes(t, before, version)


def _changes(t: Words, before: Version, after: Version) -> None:
    rows = [
        (
            _where(what, minutes_documents.part_of(after, part, t)),
            minutes_documents.said(part, was, t),
            minutes_documents.said(part, now, t),
        )
        for what, part, was, now in changes(before.content, after.content)
    ]
    heads = [t("minutes.where"), t("minutes.was"), t("minutes.now")]
    st.markdown(table(heads, rows))


def _where(what: str, part: str) -> str:
    return f"{what}: {part}" if what else part


def agree_by(t: Words, view: View) -> None:
    """By when they are to be agreed; past that day, who has not."""
    day = t.day(view.agree_by)
    if view.is_late:
        services = ", ".join(plain(name) for name in view.waiting_for)
        st.warning(t("minutes.agree_late", day=day, services=services), icon=":material/alarm:")
    else:
        st.caption(t("minutes.agree_by", day=day))


def unseen(t: Words, view: View) -> None:
    """What others changed since this service last agreed: before, after and by whom."""
    rows = [
        (
            _where(each.what, minutes_documents.part_of(each.version, each.part, t)),
            minutes_documents.said(each.part, each.was, t),
            minutes_documents.said(each.part, each.now, t),
            t("minutes.by", name=each.version.made_by, number=each.version.number),
        )
        for each in view.unseen
    ]
    heads = [t(f"minutes.{key}") for key in ("where", "was", "now", "by_whom")]
    with st.container(border=True, key="minutes_unseen"):
        st.warning(t("minutes.unseen"), icon=":material/difference:")
        st.markdown(table(heads, rows))
