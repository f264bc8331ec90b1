"""An item of the joint space as both services see it; the preview before sharing shows the same."""

import streamlit as st

from core.content import consent_purposes, file_topics, immediate_notices
from core.content.questionnaires import load_domains
from core.operations import changes, notice_texts
from core.operations.joint_items import (
    CHANGE_SUMMARY,
    EPISODE,
    FIRST_PASS,
    IMMEDIATE_NOTICE,
    PATH_ENTRY,
    Shown,
)
from core.operations.releases import Step
from pages.ui import change_words
from pages.ui.plain import plain
from pages.ui.workspace import Workspace

_SHORT = 60


def show(ws: Workspace, items: list[Shown]) -> None:
    """Show items of the joint space, one block for all."""
    st.markdown("\n\n---\n\n".join(_item(ws, item) for item in items))


def heading(ws: Workspace, topic: str) -> str:
    """The heading of a shared item."""
    if topic == FIRST_PASS:
        return ws.words("first_pass.carrier")
    if topic == CHANGE_SUMMARY:
        return ws.words("change.shared_carrier")
    if topic == IMMEDIATE_NOTICE:
        return ws.words("notices.carrier")
    if topic == EPISODE:
        return ws.words("recidivism.carrier")
    if topic == PATH_ENTRY:
        return ws.words("timeline.release.carrier")
    return file_topics.load(language=ws.words.language).topic(topic).heading


def label(ws: Workspace, item: Shown) -> str:
    """An item in a list to choose from."""
    said = item.text or (item.step.title if item.step else "")
    return f"{heading(ws, item.topic)}: {said[:_SHORT]}"


def text(ws: Workspace, topic: str, typed: str) -> str:
    """What a shared item says: a summary on change and a notice in words."""
    if topic == IMMEDIATE_NOTICE:
        said = notice_texts.read(typed)
        trigger = immediate_notices.load(language=ws.words.language).trigger(said.trigger)
        return f"{trigger.title}: {said.words}"
    if topic != CHANGE_SUMMARY:
        return typed
    label, lines = changes.read(typed)
    domains = {one.id: one for one in load_domains(language=ws.words.language).domains}
    return ws.words("change.summary", label=label, lines=change_words.lines(ws.words, domains, lines))


def purpose_title(ws: Workspace, purpose: str) -> str:
    """For what something is shared, in words."""
    return plain(consent_purposes.load(language=ws.words.language).purpose(purpose).title)


def _item(ws: Workspace, item: Shown) -> str:
    t = ws.words
    source = t("joint.source", source=plain(item.source)) if item.source else t("joint.no_source")
    head = t("joint.head", topic=plain(heading(ws, item.topic)), side=t(f"side.{item.side}"))
    purpose = t("joint.for_purpose", purpose=purpose_title(ws, item.purpose)) if item.purpose else ""
    until = t("joint.until_day", day=t.day(item.ends_on)) if item.ends_on else t("joint.until_agreement")
    rule, day = t(f"use.{item.use_rule}"), t.day(item.shared_on)
    foot = t("joint.foot", rule=rule, purpose=purpose, source=source, day=day, until=until)
    said = [step(ws, item.step)] if item.step else []
    if item.text:
        said.append(plain(item.text))
    return "\n\n".join([head, *said, foot])


def step(ws: Workspace, found: Step) -> str:
    """What happened on a path, and when."""
    return f"**{plain(found.title)}**, {ws.words.day(found.happened_on)}"
