"""The agreements that can be drafted: their chapters, clauses and questions, read from `agreement_templates/`.

    content = load("organisation", 1)        the released versions: `released()`
    content.chapters                         the opening and the five chapters, in order
    content.clauses_of("principles")         the clauses of a chapter, in order
    content.clause("notices").text           its Markdown, as a lawyer wrote it; `.clause` is the same, parsed
    content.asks                             what can be asked; `content.asked_by(ids)` only what is needed
    checked(content, answers)                typed answers, checked, as they are kept (dates as ISO text)

Structure is in `agreement.toml`, words in `agreement.<language>.toml`, each clause in a file of its own.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias

from pydantic import Field, PrivateAttr, model_validator

from core import text as typed
from core.content.files import ENGLISH, Content, Id, MisplacedError, Part, Words, by_id, read_named
from core.documents.clause import Clause, parse, placeholder_lines
from core.errors import ContentError, Invalid

FOLDER = Path(__file__).parents[2] / "agreement_templates"
Side: TypeAlias = Literal["pp", "vss", "both"]
AskKind: TypeAlias = Literal[
    "text", "long_text", "person", "number", "days", "months", "hours", "date", "choice", "choices", "given"
]
Answer: TypeAlias = str | int
COUNTED = frozenset({"number", "days", "months", "hours"})
#: Answers in whose words anything can be said; a person is somebody of the two services.
FREELY_TYPED = frozenset({"text", "long_text"})


class Chapter(Part):
    """`is_opening` marks what stands before the numbered chapters."""

    is_opening: bool = False
    title: Words
    guide: Words


class Choice(Part):
    """Clauses that exclude each other; an agreement needs exactly one of them."""

    title: Words


class AgreementClause(Part):
    """One clause of the library; leaving out one that `is_essential` needs a reason."""

    chapter: Id
    is_default: bool = True
    is_essential: bool = False
    choice: Id | None = None
    side: Side | None = None
    source: Words
    lawyer_note: Words = ""
    _text: str = PrivateAttr(default="")

    @property
    def text(self) -> str:
        return self._text

    @property
    def clause(self) -> Clause:
        return parse(self._text)

    @property
    def heading(self) -> str:
        return self.clause.heading


class Section(Part):
    """A group of questions on the form."""

    title: Words


class Option(Part):
    label: Words


class Ask(Part):
    """One question. `given` is filled in by the product; `is_copied` begins with the organisation-level answer."""

    section: Id
    kind: AskKind
    is_optional: bool = False
    is_copied: bool = False
    default: int | str | None = None
    least: int = 1
    most: int = 999
    options: tuple[Option, ...] = Field(default=(), alias="option")
    label: Words
    help: Words = ""
    if_empty: Words = ""
    #: The label where it does not stand under the name of its party.
    full_label: Words = ""

    @property
    def long_label(self) -> str:
        return self.full_label or self.label

    @model_validator(mode="after")
    def _fits(self) -> "Ask":
        if (self.kind in {"choice", "choices"}) != bool(self.options):
            raise MisplacedError("options belong to a question of kind 'choice' or 'choices'", "kind")
        if self.is_optional != bool(self.if_empty):
            raise MisplacedError(
                "an optional question says in 'if_empty' what stands for no answer", "is_optional"
            )
        return self


class Party(Part):
    """Who signs: the rows of the table of parties, and what stands over the signature."""

    asks: tuple[Id, ...]
    signs: tuple[Id, ...]
    title: Words


class Annex(Part):
    title: Words


class Agreement(Content):
    """All that drafting one kind of agreement needs."""

    id: Id
    version: int
    language: str
    title: Words
    explanation: Words
    parties_title: Words
    annex_title: Words
    signature_title: Words
    signature_lead: Words
    chapters: tuple[Chapter, ...] = Field(alias="chapter")
    choices: tuple[Choice, ...] = Field(default=(), alias="choice")
    clauses: tuple[AgreementClause, ...] = Field(alias="clause")
    sections: tuple[Section, ...] = Field(alias="section")
    asks: tuple[Ask, ...] = Field(alias="ask")
    parties: tuple[Party, ...] = Field(alias="party")
    annexes: tuple[Annex, ...] = Field(default=(), alias="annex")

    @model_validator(mode="after")
    def _refers_to_what_exists(self) -> "Agreement":
        chapters, choices = {one.id for one in self.chapters}, {one.id for one in self.choices}
        sections, asks = {one.id for one in self.sections}, {one.id for one in self.asks}
        for number, clause in enumerate(self.clauses):
            if clause.chapter not in chapters:
                raise MisplacedError(f"there is no chapter '{clause.chapter}'", "clause", number, "chapter")
            if clause.choice is not None and clause.choice not in choices:
                raise MisplacedError(f"there is no choice '{clause.choice}'", "clause", number, "choice")
        for number, ask in enumerate(self.asks):
            if ask.section not in sections:
                raise MisplacedError(f"there is no section '{ask.section}'", "ask", number, "section")
        if len(self.parties) != 2 or len({len(party.signs) for party in self.parties}) != 1:  # noqa: PLR2004
            raise MisplacedError("two parties sign, each with as many lines as the other", "party")
        for number, party in enumerate(self.parties):
            for name in (*party.asks, *party.signs):
                if name not in asks:
                    raise MisplacedError(f"there is no question '{name}'", "party", number)
        return self

    def clause(self, clause_id: str) -> AgreementClause:
        """Raises KeyError where there is none."""
        return by_id(self.clauses, clause_id)

    def ask(self, ask_id: str) -> Ask:
        """Raises KeyError where there is none."""
        return by_id(self.asks, ask_id)

    def choice(self, choice_id: str) -> Choice:
        """Raises KeyError where there is none."""
        return by_id(self.choices, choice_id)

    def chapter(self, chapter_id: str) -> Chapter:
        """Raises KeyError where there is none."""
        return by_id(self.chapters, chapter_id)

    def clauses_of(self, chapter_id: str) -> tuple[AgreementClause, ...]:
        return tuple(clause for clause in self.clauses if clause.chapter == chapter_id)

    def clauses_of_choice(self, choice_id: str) -> tuple[AgreementClause, ...]:
        return tuple(clause for clause in self.clauses if clause.choice == choice_id)

    def default_answers(self) -> dict[str, Answer]:
        """The answers that a new draft begins with."""
        return {ask.id: ask.default for ask in self.asks if ask.default is not None}

    def party_asks(self) -> tuple[str, ...]:
        """What the table of parties and the signatures need, whatever clauses are chosen."""
        return tuple(dict.fromkeys(name for party in self.parties for name in (*party.asks, *party.signs)))

    def asked_by(self, placeholders: Iterable[str]) -> tuple[Ask, ...]:
        """The questions behind these placeholders and the parties, in the order of the form."""
        wanted = {*placeholders, *self.party_asks()}
        return tuple(ask for ask in self.asks if ask.id in wanted)


@cache
def load(agreement_id: str, version: int = 1, language: str = ENGLISH, folder: Path = FOLDER) -> Agreement:
    """One released version in one language.

    Raises ContentError, which names the file and, where it can, the line.
    """
    place = folder / agreement_id / f"v{version}"
    content = read_named(Agreement, place, "agreement", language)
    known = {ask.id for ask in content.asks}
    used = set(content.party_asks())
    for clause in content.clauses:
        clause._text = _clause_text(place, clause.id, language)  # noqa: SLF001 - read once, here
        for line, name in placeholder_lines(clause.text):
            if name not in known:
                raise ContentError(_clause_path(place, clause.id, language), f"'{name}' is never asked", line)
            used.add(name)
    for name in sorted(known - used):
        raise ContentError(place / "agreement.toml", f"ask '{name}': no clause and no party uses the answer")
    return content


def released(folder: Path = FOLDER) -> tuple[tuple[str, int], ...]:
    """Each kind of agreement with each of its versions."""
    found = ((path.parent.parent.name, path.parent.name) for path in folder.glob("*/v*/agreement.toml"))
    return tuple(sorted((name, int(version[1:])) for name, version in found))


def template(agreement_id: str, version: int = 1, language: str = ENGLISH) -> Path:
    """The Word layout of a version; English where the language has none."""
    place = FOLDER / agreement_id / f"v{version}"
    path = place / f"template.{language}.docx"
    return path if path.exists() else place / f"template.{ENGLISH}.docx"


def checked(content: Agreement, answers: Mapping[str, object]) -> dict[str, Answer]:
    """The answers that say something, as they are kept; a date becomes its ISO text.

    Raises Invalid with the question's id as field.
    """
    kept: dict[str, Answer] = {}
    known = {ask.id: ask for ask in content.asks}
    for name, value in answers.items():
        if name not in known:
            raise Invalid("error.answer_unknown", field=name)
        if value is not None and value != "":
            kept[name] = _checked(known[name], value)
    return {name: value for name, value in kept.items() if value != ""}


def acceptable(content: Agreement, name: str, value: object) -> dict[str, Answer]:
    """The one answer as it would be kept; nothing where it cannot be accepted."""
    try:
        return checked(content, {name: value})
    except Invalid:
        return {}


def _checked(ask: Ask, value: object) -> Answer:
    if ask.kind in COUNTED:
        if isinstance(value, bool) or not isinstance(value, int):
            raise Invalid("error.answer_number", field=ask.id)
        if not ask.least <= value <= ask.most:
            raise Invalid("error.answer_range", field=ask.id, least=ask.least, most=ask.most)
        return value
    if isinstance(value, date):
        value = value.isoformat()[:10]
    if ask.kind == "choices":
        return _several(ask, value)
    if not isinstance(value, str):
        raise Invalid("error.answer_text", field=ask.id)
    if ask.kind == "date":
        return _day(ask, value)
    if ask.kind == "choice" and value not in {option.id for option in ask.options}:
        raise Invalid("error.answer_choice", field=ask.id)
    if ask.kind in {"long_text", "given"}:
        return typed.text(value, field=ask.id, required=False)
    return typed.line(value, field=ask.id, required=False)


def _several(ask: Ask, value: object) -> str:
    """Some of the options, as their ids in the order of the content with blanks between them."""
    chosen = value.split() if isinstance(value, str) else value
    known = [option.id for option in ask.options]
    if not isinstance(chosen, list | tuple) or not set(chosen) <= set(known):
        raise Invalid("error.answer_choice", field=ask.id)
    return " ".join(option for option in known if option in chosen)


def _day(ask: Ask, value: str) -> str:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise Invalid("error.no_date", field=ask.id) from None
    return typed.day(day, field=ask.id).isoformat()


def _clause_path(place: Path, clause_id: str, language: str) -> Path:
    path = place / "clauses" / f"{clause_id}.{language}.md"
    return path if path.exists() else place / "clauses" / f"{clause_id}.{ENGLISH}.md"


def _clause_text(place: Path, clause_id: str, language: str) -> str:
    path = _clause_path(place, clause_id, language)
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        raise ContentError(path, "this file is missing") from None
    except UnicodeDecodeError:
        raise ContentError(path, "this is not in UTF-8; save the file as UTF-8") from None
    lines = [number for number, line in enumerate(text.split("\n"), 1) if line.startswith("# ")]
    if lines != [1]:
        line = lines[1] if len(lines) > 1 else 1
        raise ContentError(path, "a clause begins with its one heading, '# …'", line)
    if not parse(text).blocks:
        raise ContentError(path, "a clause has at least one paragraph", 1)
    return text
