"""How an entry of a timeline is said: its name, its path, its day and its state; the same in picture and table."""

from dataclasses import dataclass

from core.content import immediate_notices, meeting_kinds
from core.locale import Words
from core.operations.timelines import Ask, Entry, Kind, Lane, State, Timeline

LONGEST_TEXT = 160


@dataclass(frozen=True)
class Teller:
    """Says one timeline in one language. What people typed comes out as typed: show it as plain text."""

    words: Words
    timeline: Timeline

    def lane(self, lane: Lane) -> str:
        cooperation = self.timeline.case.cooperation
        services = {Lane.PP: cooperation.pp.name, Lane.VSS: cooperation.vss.name, Lane.JOINT: ""}
        return self.words(f"timeline.lane.{lane}", service=services[lane])

    def name(self, entry: Entry) -> str:
        """What it is, in full."""
        t = self.words
        said = {
            Kind.PHASE: lambda: t("timeline.name.phase", title=self._phase(entry)),
            Kind.AGREEMENT: lambda: t("timeline.name.agreement"),
            Kind.T_POINT: lambda: self._time(entry),
            Kind.PATH: lambda: self._with_text(self._path(entry.what), entry.text),
            Kind.MEETING: lambda: self._with_text(self._meeting(entry.what), entry.text),
            Kind.MEETING_DUE: lambda: t(
                "timeline.name.meeting_due", title=self._path(entry.what), since=t.day(entry.since)
            ),
            Kind.ACTION: lambda: t("timeline.name.action", text=_short(entry.text), service=entry.what),
            Kind.MORE_ACTIONS: lambda: t.count("timeline.name.more_actions", entry.number),
        }
        return said[entry.kind]()

    def short(self, entry: Entry) -> str:
        """What it is, as short as a picture needs."""
        t = self.words
        match entry.kind:
            case Kind.PHASE:
                return self._phase(entry)
            case Kind.AGREEMENT:
                return t("timeline.short.agreement", until=t.day(entry.until) or t("timeline.open_end"))
            case Kind.PATH:
                return self._path(entry.what)
            case Kind.MEETING:
                key = f"timeline.meeting.{entry.what}"
                return t(key) if t.has(key) else self._meeting(entry.what)
            case Kind.MEETING_DUE:
                return t("timeline.short.meeting_due")
            case _:
                return entry.what

    def day(self, entry: Entry) -> str:
        """When it is or was, in full."""
        t = self.words
        if entry.kind is Kind.MORE_ACTIONS:
            return t("timeline.later")
        if entry.on is None:
            return t("timeline.no_day")
        if entry.at is not None:
            return t.moment(entry.at)
        if entry.kind in {Kind.PHASE, Kind.AGREEMENT}:
            until = t.day(entry.until) if entry.until else t("timeline.open_end")
            return t("timeline.span", start=t.day(entry.on), end=until)
        return t.day(entry.on)

    def state(self, entry: Entry) -> str:
        t = self.words
        if entry.kind is Kind.PATH and entry.state is State.SHARED_BY_THEM and entry.lane is Lane.VSS:
            return t("timeline.state.hers_shared")
        said = t(f"timeline.state.{entry.state}")
        if entry.is_moved:
            said = t("timeline.moved", state=said)
        if entry.kind is Kind.MEETING_DUE and entry.is_ours_only:
            said = f"{said}, {t('timeline.state.ours_only')}"
        return said

    def told(self, entry: Entry) -> list[str]:
        """The lines that a mark says when it is pointed at, and that a screen reader says."""
        return [self.name(entry), self.day(entry), self.state(entry)]

    def ask(self, ask: Ask) -> str:
        t, what = self.words, ask.what
        if ask.key == "meeting_unsettled":
            what = self._meeting(what)
        elif ask.key.endswith("_notice"):
            what = immediate_notices.load().trigger(what).title
        elif what:
            what = self._path(what)
        said = t(
            f"timeline.ask.{ask.key}",
            day=t.day(ask.on),
            since=t.day(ask.since),
            labels=", ".join(ask.labels),
            number=t.number(ask.number),
            what=what,
        )
        return t("timeline.ask_ours_only", text=said) if ask.is_ours_only else said

    def _phase(self, entry: Entry) -> str:
        return self.timeline.protocol.phase(entry.what).title

    def _path(self, kind: str) -> str:
        return self.timeline.protocol.path_kind(kind).title

    def _meeting(self, kind: str) -> str:
        return meeting_kinds.load().kind(kind).title

    def _time(self, entry: Entry) -> str:
        rule = next(one.rule for one in self.timeline.t_dates if one.label == entry.what)
        return rule.named(entry.what)

    def _with_text(self, title: str, text: str) -> str:
        return self.words("timeline.name.with_text", title=title, text=_short(text)) if text else title


def _short(text: str) -> str:
    """One line, cut where it is long: the whole stands on its own page."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_TEXT else f"{line[:LONGEST_TEXT].rstrip()} …"
