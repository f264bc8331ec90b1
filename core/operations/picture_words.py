"""How a mark and a difference are said: the same on the screen, in the table and in Word."""

from collections.abc import Iterable
from datetime import date
from textwrap import shorten

from core.content import immediate_notices, violence_kinds
from core.content.questionnaires import Change, load_domains
from core.locale import Words
from core.models import EpisodeSource
from core.operations import agendas
from core.operations.picture_parts import Difference, Differs, Kind, Mark

#: So much of what somebody typed stands in the picture; the whole of it on its own page.
LONGEST = 160


def lane(words: Words, mark: Mark) -> str:
    return words(f"picture.lane.{mark.lane}")


def row(words: Words, kind: Kind) -> str:
    """What stands in a row of the picture."""
    return words(f"picture.row.{kind}")


def days(words: Words, mark: Mark) -> str:
    """The day, or the first and the last."""
    if mark.until is None or mark.until == mark.on:
        return words.day(mark.on)
    return words("recidivism.span", first=words.day(mark.on), last=words.day(mark.until))


def short_days(words: Words, mark: Mark) -> str:
    """The same where month and year stand nearby."""
    if mark.until is None or mark.until == mark.on:
        return words.short_day(mark.on)
    return words("recidivism.span", first=words.short_day(mark.on), last=words.day(mark.until))


def title(words: Words, mark: Mark) -> str:
    """What it is, in a few words."""
    match mark.kind:
        case Kind.MEETING:
            kind, state = agendas.kinds().kind(mark.what).title, words(f"timeline.state.{mark.state}")
            said = words("picture.meeting", kind=kind, state=state)
        case Kind.NOTICE:
            about = immediate_notices.load(language=words.language).trigger(mark.what).title
            said = words(f"picture.notice.{mark.state}", about=about)
        case Kind.AGREEMENT:
            said = words("picture.agreement", state=words(f"timeline.state.{mark.state}"))
        case Kind.END:
            reasons = "closing.ground" if mark.state == "ended" else "closing.reopen_for"
            said = words(f"picture.end.{mark.state}", why=words(f"{reasons}.{mark.what}"))
        case Kind.CHANGE:
            said = words("picture.change", label=mark.label, change=_change(words, mark))
        case Kind.LEVEL:
            said = words(f"picture.level.{mark.state}", grade=words(f"risk.grade.{mark.what}").lower())
        case Kind.HER_RISK:
            said = words("picture.her_risk", grade=words(f"risk.grade.{mark.what}").lower())
        case Kind.RESULT:
            said = mark.what
        case Kind.EPISODE:
            said = words("picture.episode")
    return said


def _change(words: Words, mark: Mark) -> str:
    """Which change; and in how many areas, where the others stayed as they were or are told in another word."""
    change = words(f"change.said.{mark.what}").lower()
    number = sum(said == mark.what for said in mark.areas.values())
    if number == len(mark.areas) or mark.what == Change.MIXED:
        return change
    return words("picture.change_part", change=change, number=number, areas=len(mark.areas))


def details(words: Words, mark: Mark) -> list[str]:
    """What more is read of it: in what, in which words, by whom, for what it may be used."""
    said = [", ".join(violence_kinds.load(language=words.language).titles(mark.kinds))]
    said.append("; ".join(_areas(words, mark)))
    said.append(shorten(mark.text, LONGEST, placeholder=" …"))
    if mark.by:
        said.append(words("picture.by", who=mark.by))
    if mark.agreed_by:
        said.append(words("picture.agreed_by", who=mark.agreed_by))
    if mark.is_protected:
        said.append(words("recidivism.protected"))
    if mark.use_rule is not None:
        said.append(words(f"use.{mark.use_rule}"))
    if mark.is_ours_only:
        said.append(words("recidivism.ours_only"))
    return [one for one in said if one]


def difference(words: Words, one: Difference) -> str:
    """One sentence: in what they differ, and since when."""
    when = span(words, one)
    match one.what:
        case Differs.NOT_HIM | Differs.NOT_HER:
            said = words.count(
                f"picture.differs.{one.what}", one.number, when=when, who=_who(words, one.told_by)
            )
        case Differs.INJURED | Differs.CHILDREN:
            who, against = _who(words, one.told_by), _who(words, one.against)
            said = words(f"picture.differs.{one.what}", when=when, who=who, against=against)
        case Differs.CHANGE:
            said = words(
                "picture.differs.change",
                areas=_titles(words, one.areas),
                when=when,
                **_reports(words, one),
            )
        case Differs.DIRECTION:
            said = words(
                "picture.differs.direction",
                areas=_titles(words, one.areas),
                her_areas=_titles(words, one.her_areas),
                when=when,
                **_reports(words, one),
            )
        case _:
            his, hers = (words(f"risk.grade.{grade}").lower() for grade in (one.his, one.hers))
            said = words(f"picture.differs.{one.what}", when=when, his=his, hers=hers)
    return said[:1].upper() + said[1:]


def span(words: Words, one: Difference) -> str:
    """Since when, or from when to when; of what happened on one day, the day."""
    times = words("picture.at_times", labels=", ".join(one.labels)) if one.labels else ""
    if one.goes_on:
        said = words("picture.since", month=month(words, one.since))
    elif one.since == one.last:
        said = words("picture.on_day", day=words.day(one.since))
    elif (one.since.year, one.since.month) == (one.last.year, one.last.month):
        said = words("picture.in_month", month=month(words, one.since))
    else:
        said = words("picture.from_to", first=month(words, one.since), last=month(words, one.last))
    return " ".join(filter(None, (said, times)))


def month(words: Words, day: date) -> str:
    return words("picture.month", month=words.month(day), year=day.year)


def _reports(words: Words, one: Difference) -> dict[str, str]:
    return {"his": words(f"picture.reports.{one.his}"), "hers": words(f"picture.reports.{one.hers}")}


def _titles(words: Words, areas: Iterable[str]) -> str:
    titles = {one.id: one.title for one in load_domains(language=words.language).domains}
    return "; ".join(titles[area] for area in areas if area in titles)


def _areas(words: Words, mark: Mark) -> Iterable[str]:
    titles = {one.id: one.title for one in load_domains(language=words.language).domains}
    return (
        words("change.line", domain=titles[area], change=words(f"change.said.{said}").lower())
        for area, said in mark.areas.items()
        if area in titles
    )


def _who(words: Words, sources: Iterable[EpisodeSource | None]) -> str:
    """Whose accounts: she; she and others; an account whose source is protected."""
    names = [words(f"picture.who.{one or 'protected'}") for one in sources]
    return (
        words("picture.and", first=", ".join(names[:-1]), last=names[-1])
        if len(names) > 1
        else "".join(names)
    )
