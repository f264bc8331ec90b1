"""A Word template filled in: strict, sandboxed, and nothing that was typed can become layout.

Why each line matters: without strictness a missing value prints nothing; without escaping `PP & VSS` loses
its `&`; with a shared environment a second document comes out escaped twice; without the sandbox a template
could run code. Braces are escaped as well, because docxtpl rewrites some of them after filling in.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from core.documents.text import clean, one_line
from core.turns import in_turn

AUTHOR = "Concord"
_TEMPLATES = Path(__file__).parent / "templates"


def template_path(name: str, language: str) -> Path:
    """The template of a document in a language; English where the language has none."""
    path = _TEMPLATES / f"{name}.{language}.docx"
    return path if path.exists() else _TEMPLATES / f"{name}.en.docx"


@in_turn
def render(
    template: Path,
    context: Mapping[str, object],
    *,
    title: str,
    language: str,
    subject: str = "",
    author: str = AUTHOR,
    made_at: datetime | None = None,
) -> bytes:
    """The filled-in document; `title` and `subject` become properties of the file: no code, no name."""
    document = DocxTemplate(BytesIO(_template(template)))
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    document.render({key: plain(value) for key, value in context.items()}, environment, autoescape=True)
    properties = document.docx.core_properties  # set after filling in: docxtpl would escape them twice
    properties.title, properties.subject = one_line(title), one_line(subject)
    properties.author = properties.last_modified_by = author
    properties.language = language
    if made_at is not None:
        properties.created = properties.modified = made_at.astimezone(UTC).replace(tzinfo=None)
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def plain(value: object) -> object:
    """Only text, numbers, lists and dictionaries reach a template, and every text is cleaned and escaped."""
    if isinstance(value, str):
        return _typed(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {_name(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    raise TypeError(f"{type(value).__name__} does not belong in a document")


def _name(key: object) -> str:
    """A template reads `row.items` as the method: such a name would print nonsense."""
    if not isinstance(key, str) or hasattr(dict, key):
        raise TypeError(f"{key!r} cannot name a value of a document")
    return key


def _typed(text: str) -> Markup:
    escaped = str(escape(clean(text)))
    return Markup(escaped.replace("{", "&#123;").replace("}", "&#125;").replace("%", "&#37;"))  # noqa: S704


@cache
def _template(path: Path) -> bytes:
    return path.read_bytes()
