"""Reads one content file and its words, and says in plain words what is wrong with it, and where.

A structure file has no words and a words file has no structure. The two are joined by id: the words of the
`[[phase]]` with `id = "phase_1"` stand in the words file under `[phase.phase_1]`. A language may lack words;
English stands in for them.
"""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, TypeAlias, TypeGuard, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from core.content.places import Place, nearest_line
from core.errors import ContentError

FOLDER: Final = Path(__file__).parent
ENGLISH: Final = "en"


class IsWords:
    """Marks a field whose value comes from the words file."""


Words: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), IsWords()]
WordsList: TypeAlias = Annotated[
    tuple[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)], ...], IsWords()
]
Id: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,59}$")]

Tree: TypeAlias = dict[str, Any]


class Content(BaseModel):
    """A piece of content: it never changes, and it knows every one of its fields."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class MisplacedError(ValueError):
    """Raised by a model's validator that knows better than the model itself where the mistake stands."""

    def __init__(self, reason: str, *place: str | int) -> None:
        super().__init__(reason)
        self.place: Place = place


def has_words(info: FieldInfo) -> bool:
    return any(isinstance(mark, IsWords) for mark in info.metadata)


C = TypeVar("C", bound=Content)


class Part(Content):
    """Content that is found by its id, in the structure and in the words."""

    id: Id


P = TypeVar("P", bound=Part)


def by_id(parts: tuple[P, ...], part_id: str) -> P:
    """Raises KeyError where there is none."""
    for part in parts:
        if part.id == part_id:
            return part
    raise KeyError(part_id)


@dataclass(frozen=True)
class Layer:
    """One file as it was read; data that comes from elsewhere has a name and no text."""

    path: Path
    tree: Tree
    text: str = ""

    def has(self, place: Place) -> bool:
        here: Any = self.tree
        for step in place:
            known = range(len(here)) if isinstance(here, list) else here if isinstance(here, dict) else ()
            if step not in known:
                return False
            here = here[step]
        return True


@dataclass(frozen=True)
class Spot:
    """One place as the structure counts it and as the words name it, and the model of what stands there."""

    model: type[Content] | None
    place: Place = ()
    words: Place = ()

    def field(self, key: str | int) -> FieldInfo | None:
        fields = self.model.model_fields if self.model else {}
        return next((info for name, info in fields.items() if (info.alias or name) == key), None)

    def down(self, step: str | int, word: str) -> "Spot":
        model = self.model if isinstance(step, int) else _content_of(self.field(step))
        return Spot(model, (*self.place, step), (*self.words, word))


@dataclass(frozen=True)
class Layers:
    """The structure, and the words of each language that plays a part, English first."""

    structure: Layer
    words: list[Layer] = field(default_factory=list)

    def fail(self, place: Place, reason: str, *, in_words: bool) -> ContentError:
        if not in_words:
            return ContentError(self.structure.path, reason, nearest_line(self.structure.text, place))
        layer = next((one for one in reversed(self.words) if one.has(place)), self.words[0])
        return ContentError(layer.path, reason, nearest_line(layer.text, place))


def read(model: type[C], kind: str, version: int, language: str = ENGLISH, *, folder: Path = FOLDER) -> C:
    """The content of one version, with its words in one language.

    Raises ContentError, which names the file and, where it can, the line.
    """
    return read_named(model, folder / kind, f"v{version}", language)


def read_named(model: type[C], folder: Path, name: str, language: str = ENGLISH) -> C:
    """The content of `<name>.toml` in a folder, with the words of `<name>.<language>.toml` beside it.

    Raises ContentError, like `read`.
    """
    structure = _layer(folder / f"{name}.toml")
    words = [_layer(folder / f"{name}.{ENGLISH}.toml")]
    other = folder / f"{name}.{language}.toml"
    if language != ENGLISH and other.exists():
        words.append(_layer(other))
    return _build(model, Layers(structure, words))


def of_texts(model: type[C], structure: tuple[Path, str], words: tuple[Path, str]) -> C:
    """The same from texts that lie in no folder of ours: a mistake is named with its file and its line."""
    return _build(model, Layers(_parsed(*structure), [_parsed(*words)]))


def build(model: type[C], kind: str, structure: Tree, words: Tree) -> C:
    """The same from data that an administrator wrote and the database kept: the same rules hold."""
    return _build(model, Layers(Layer(Path(kind), structure), [Layer(Path(kind), words)]))


def versions(kind: str, *, folder: Path = FOLDER) -> list[tuple[int, str]]:
    """Each version there is, once for each language that has words for it."""
    found = (re.fullmatch(r"v(\d+)\.([a-z]{2})\.toml", path.name) for path in (folder / kind).glob("v*.toml"))
    return sorted((int(match[1]), match[2]) for match in found if match)


def split(content: Content) -> tuple[Tree, Tree]:
    """Content taken apart again into its structure and its words."""
    structure: Tree = {}
    words: Tree = {}
    for name, info in type(content).model_fields.items():
        value, key = getattr(content, name), info.alias or name
        if has_words(info):
            words[key] = list(value) if isinstance(value, tuple) else value
        elif isinstance(value, tuple) and value and isinstance(value[0], Content):
            parts = [split(part) for part in value]
            structure[key] = [part for part, _ in parts]
            own = {part["id"]: text for part, text in parts if text}
            words |= {key: own} if own else {}
        elif value is not None:
            structure[key] = content.model_dump(mode="json", include={name})[name]
    return structure, words


def _layer(path: Path) -> Layer:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise ContentError(path, "this file is missing") from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = raw[: wrong.start].count(b"\n") + 1
        raise ContentError(path, "this line is not in UTF-8; save the file as UTF-8", line) from None
    return _parsed(path, text)


def _parsed(path: Path, text: str) -> Layer:
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        return Layer(path, tomllib.loads(text), text)
    except tomllib.TOMLDecodeError as wrong:
        found = re.search(r"\(at line (\d+), column \d+\)", str(wrong))
        line = int(found[1]) if found else len(text.splitlines())
        reason = re.sub(r" \(at .*\)$", "", str(wrong))
        raise ContentError(path, f"this is not TOML: {reason}", line) from None


def _build(model: type[C], layers: Layers) -> C:
    words: Tree = {}
    for layer in layers.words:
        words = _over(words, layer.tree)
    joined = _join(layers.structure.tree, words, Spot(model), layers)
    try:
        return model.model_validate(joined)
    except ValidationError as wrong:
        raise _explained(wrong.errors(include_url=False)[0], model, layers) from None


def _over(under: Tree, over: Tree) -> Tree:
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = _over(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


def _join(structure: Tree, words: Tree, at: Spot, layers: Layers) -> Tree:
    """The structure with its words put in, part by part: every part has its place, and every word a part."""
    joined = {**words, **structure}
    for key in words:
        info = at.field(key)
        if not _has_ids(structure.get(key)) and info is not None and not has_words(info):
            reason = f"'{key}' belongs to the structure, not to the words"
            raise layers.fail((*at.words, key), reason, in_words=True)
    for key, parts in structure.items():
        info = at.field(key)
        if info is not None and has_words(info):
            reason = f"'{key}' belongs to the words, not to the structure"
            raise layers.fail((*at.place, key), reason, in_words=False)
        if _has_ids(parts):
            joined[key] = _join_parts(parts, words.get(key, {}), at.down(key, key), layers)
    return joined


def _join_parts(parts: list[Tree], words: object, at: Spot, layers: Layers) -> list[Tree]:
    key = at.words[-1]
    if not isinstance(words, dict) or not all(isinstance(said, dict) for said in words.values()):
        reason = f"'{key}' must hold tables, one for each id: [{key}.<id>]"
        raise layers.fail(at.words, reason, in_words=True)
    joined: dict[str, Tree] = {}
    for number, part in enumerate(parts):
        name = str(part["id"])
        if name in joined:
            reason = f"there are two {key} with the id '{name}'"
            raise layers.fail((*at.place, number, "id"), reason, in_words=False)
        joined[name] = _join(part, words.get(name, {}), at.down(number, name), layers)
    for name in words:
        if name not in joined:
            raise layers.fail((*at.words, name), f"there is no {key} '{name}' for these words", in_words=True)
    return list(joined.values())


def _has_ids(parts: object) -> TypeGuard[list[Tree]]:
    if not isinstance(parts, list) or not parts:
        return False
    return all(isinstance(one, dict) and "id" in one for one in parts)


def _explained(error: ErrorDetails, model: type[Content], layers: Layers) -> ContentError:
    cause = error.get("ctx", {}).get("error")
    place: Place = (*error["loc"], *(cause.place if isinstance(cause, MisplacedError) else ()))
    words_place, spoken = _in_words(place, layers.structure.tree)
    if error["type"] == "missing":
        in_words = _is_words(model, place)
    else:
        in_words = not layers.structure.has(place) and any(one.has(words_place) for one in layers.words)
    reason = f"{spoken}: {_reason(error)}" if spoken else _reason(error)
    return layers.fail(words_place if in_words else place, reason, in_words=in_words)


def _reason(error: ErrorDetails) -> str:
    if error["type"] == "missing":
        return "this is missing"
    if error["type"] == "extra_forbidden":
        return "this is not known here; is it misspelt?"
    if error["type"] == "string_too_short":
        return "this is empty"
    return error["msg"].removeprefix("Value error, ").removeprefix("Input ")


def _is_words(model: type[Content], place: Place) -> bool:
    """Whether the model expects the value of a place from the words file."""
    spot = Spot(model)
    for step in place[:-1]:
        spot = spot.down(step, "")
    info = spot.field(place[-1])
    return info is not None and has_words(info)


def _content_of(info: FieldInfo | None) -> type[Content] | None:
    kinds = (info.annotation, *get_args(info.annotation)) if info else ()
    return next((one for one in kinds if isinstance(one, type) and issubclass(one, Content)), None)


def _in_words(place: Place, structure: Tree) -> tuple[Place, str]:
    """The same place as the words file spells it, and as a person would say it."""
    here: Any = structure
    path: list[str | int] = []
    spoken: list[str] = []
    for step in place:
        if isinstance(step, int) and isinstance(here, list) and step < len(here):
            here = here[step]
            name = here.get("id", step) if isinstance(here, dict) else step
            path.append(name)
            spoken[-1] += f" '{name}'" if isinstance(name, str) else f" number {step + 1}"
        else:
            here = here.get(step) if isinstance(here, dict) else None
            path.append(step)
            spoken.append(f"number {step + 1}" if isinstance(step, int) else str(step))
    return tuple(path), ", ".join(spoken)
