"""A notice in words, as both services read it: the preview and the card of the reader come from here."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from core import clock
from core.content import immediate_notices as content
from core.content.immediate_notices import Choice, ImmediateNotices, Trigger
from core.models.service import ServiceKind
from core.operations.joint_items import Shown
from core.operations.notice_texts import Said
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def lists(ws: Workspace) -> ImmediateNotices:
    """The content in the language of the page."""
    return content.load(language=ws.words.language)


def trigger(ws: Workspace, said: Said) -> Trigger:
    return lists(ws).trigger(said.trigger)


def body(ws: Workspace, said: Said, shown: Shown, hours: int) -> str:
    """All that the other service reads of a notice."""
    t, known, what = ws.words, lists(ws), trigger(ws, said)
    lines = [f"**{what.title}** · {t.day(said.happened_on)}", plain(said.facts)]
    if said.reason:
        lines.append(f"**{t('notices.reason')}**: {_titles(known.reasons, [said.reason])}")
        lines.append(f"**{t('notices.order')}**: {_titles(known.orders, [said.order])}")
    lines.append(f"**{t('notices.known_from')}**: {_titles(known.known_from, [said.known_from])}")
    if said.done:
        lines.append(f"**{t('notices.done')}**: {plain(said.done)}")
    asked = "; ".join(part for part in (_titles(known.asks, said.asks), plain(said.asked)) if part)
    if asked:
        lines.append(f"**{t('notices.asked')}**: {asked}")
    lines.append(f"**{t('notices.what_to_do')}**: {what.do}")
    until = t("joint.until_day", day=t.day(shown.ends_on)) if shown.ends_on else t("joint.until_agreement")
    foot = t("notices.foot", side=t(f"side.{shown.side}"), within=within(ws, hours), until=until)
    lines.append(f":gray-badge[:material/policy: {t(f'use.{shown.use_rule}')}] {foot}")
    return "\n\n".join(lines)


def within(ws: Workspace, hours: int) -> str:
    """How quickly it is answered."""
    return ws.words.count("notices.within", hours) if hours else ws.words("notices.same_day")


def by(ws: Workspace, at: datetime) -> str:
    """Until when something is done: the end of a working day by its day, anything else to the minute."""
    if clock.local(at).time() == time():
        return ws.words("notices.end_of", day=ws.words.day(clock.day(at - timedelta(seconds=1))))
    return ws.words.moment(at)


def asks_of(ws: Workspace) -> list[Choice]:
    """What the other side can be asked."""
    other = ServiceKind.PP if ws.actor.kind is ServiceKind.VSS else ServiceKind.VSS
    return [one for one in lists(ws).asks if one.of in {"both", str(other)}]


def _titles(choices: Iterable[Choice], ids: Iterable[str]) -> str:
    wanted = set(ids)
    return "; ".join(one.title for one in choices if one.id in wanted)
