"""What must hold over the whole: doors, bans, words and the glossary."""

import ast
import re
from pathlib import Path

from core import models
from core.locale import load
from pages.ui import keeper
from pages.ui.site import PAGES

ROOT = Path(__file__).resolve().parent.parent
PYTHON = [*ROOT.glob("core/**/*.py"), *ROOT.glob("pages/**/*.py"), ROOT / "app.py"]


def _sources() -> dict[Path, str]:
    return {path: path.read_text(encoding="utf-8") for path in PYTHON}


def test_no_page_lies_directly_in_the_pages_folder() -> None:
    assert [path.name for path in (ROOT / "pages").glob("*.py") if path.name != "__init__.py"] == []


def test_no_page_holds_raw_html_or_a_shared_cache() -> None:
    for path, source in _sources().items():
        assert "unsafe_allow_html" not in source, path
        assert "cache_data" not in source, path
        assert "unsafe_allow_javascript" not in source, path


def test_no_script_of_ours_puts_names_that_come_from_data_into_an_object_that_has_any() -> None:
    scripts = list((ROOT / "pages").rglob("*.js"))
    assert scripts
    for path in scripts:
        # What is filled later is a Map, a Set, or an object without a prototype.
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"[=:]\s*\{\s*\}", source), path
        assert "__proto__" not in source, path


def test_only_who_looks_after_the_database_itself_holds_every_key() -> None:
    holders = {
        path.relative_to(ROOT).as_posix()
        for path, source in _sources().items()
        if re.search(r"\bWholeRing\(|keys\.whole\(", source)
    }

    assert holders == {
        "core/key_rings.py",
        "core/keys.py",
        "core/backups/restoring.py",
        "core/demo/__init__.py",
        "core/rotation.py",
    }


def test_a_key_ring_is_given_where_a_person_comes_in_and_no_page_names_one() -> None:
    givers = {
        path.relative_to(ROOT).as_posix()
        for path, source in _sources().items()
        if re.search(r"\bkeys\.(of|of_service)\(", source)
    }

    # What a service brings along is read in before anybody can come in.
    assert givers == {"core/store.py", "core/operations/unsent.py", "core/moving/reading.py"}


def _looks_at_unsent() -> dict[str, bool]:
    """Each function of the pages that reads what was typed and not sent: does it look whose screen it is?"""
    found = {}
    for path in (ROOT / "pages").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                names = {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}
                if "of_slots" in names:
                    found[f"{path.stem}.{node.name}"] = "shared" in names
    return found


def test_what_one_person_typed_and_did_not_send_is_read_for_no_shared_screen() -> None:
    blind = {name for name, looks in _looks_at_unsent().items() if not looks}

    # The one says only whether there is something; the other's texts are offered nowhere while the screen is shared.
    assert blind == {"kept.is_typed", "kept.look"}


def test_nothing_swallows_every_error() -> None:
    for path, source in _sources().items():
        assert not re.search(r"except (Base)?Exception\b", source), path


def _named(tree: ast.AST) -> set[str]:
    """The modules that a source imports, and the plain functions that it calls."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
        elif isinstance(node, ast.Call):
            found.add(ast.unparse(node.func))
    return found


def test_nothing_runs_a_command_or_a_text_as_code() -> None:
    runs = {
        "eval",
        "exec",
        "compile",
        "__import__",
        "os.system",
        "os.popen",
        "subprocess",
        "pickle",
        "marshal",
    }
    # A backup of PostgreSQL is made by PostgreSQL's own programs: fixed words in a list, and no shell.
    programs = ROOT / "core" / "backups" / "postgresql.py"
    assert "shell" not in programs.read_text(encoding="utf-8")
    for path, source in _sources().items():
        if path == programs:
            continue
        assert _named(ast.parse(source)) & (runs | {"shelve", "os.execv", "os.spawnv", "pty"}) == set(), path


def test_what_nobody_may_guess_comes_from_the_systems_own_chance() -> None:
    for path, source in _sources().items():
        # The example makes the same fictional cases from the same seed.
        if "demo" not in path.parts:
            assert _named(ast.parse(source)) & {"random", "numpy.random", "uuid.uuid1"} == set(), path


def _is_words_call(call: ast.Call) -> bool:
    function = call.func
    name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
    return name in {"t", "words"}


def _keys_said(source: str) -> set[str]:
    """The keys that a source says by a literal, as t("key") or words("key")."""
    keys = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _is_words_call(node) and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                keys.add(first.value)
    return keys


def _error_keys(source: str) -> set[str]:
    return set(re.findall(r'"(error\.[a-z_0-9.]+)"', source))


def test_every_key_that_the_code_says_has_words() -> None:
    words = load("en")
    for path, source in _sources().items():
        missing = {key for key in _keys_said(source) | _error_keys(source) if key not in words}
        assert missing == set(), path


def test_every_error_key_is_said_somewhere() -> None:
    code = "".join(_sources().values())
    for key in load("en"):
        if key.startswith("error."):
            assert key in code, key


def test_every_sentence_fits_its_values() -> None:
    for key, sentence in load("en").items():
        names = re.findall(r"\{(\w+)\}", sentence)
        assert sentence.format(**dict.fromkeys(names, "x")) is not None, key


def test_no_sentence_holds_html() -> None:
    for key, sentence in load("en").items():
        assert not re.search(r"</?[a-z]+[ >]", sentence), key


def test_every_error_key_is_raised_in_a_test() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))

    assert [key for key in load("en") if key.startswith("error.") and key.split(".")[-1] not in tests] == []


def test_the_glossary_of_the_readme_names_every_kind_of_record() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    records = [name for name in models.__all__ if hasattr(getattr(models, name), "__tablename__")]

    assert [name for name in records if f"`{name}`" not in readme] == []


#: Pages that hang on no case, and three that do and say nothing of where it stands (`case_head` says why).
WITHOUT_CASE_HEAD = {
    "cases/register.py",
    "cases/unread_notices.py",
    "agreements/register.py",
    "rights/keeping.py",
    "cases/request.py",
    "meetings/table.py",
    "rights/open_file.py",
}


def test_a_page_asks_for_a_day_in_the_one_way_that_takes_every_day() -> None:
    asking = {
        path.relative_to(ROOT).as_posix()
        for path, source in _sources().items()
        if re.search(r"\bdate(time)?_input\b", source)
    }

    assert asking == {"pages/ui/pickers.py"}


def test_no_box_of_a_page_is_named_like_a_place_whose_typed_text_is_kept_as_it_is_typed() -> None:
    """Its fields would be sent while somebody pauses in the middle of a sentence (`pages/ui/keeper.py`)."""
    named = re.compile(rf"""\bkey=f?["'](?:{keeper.MARK}|{keeper.KEEP})""")

    assert [path.name for path, source in _sources().items() if named.search(source)] == []


def test_every_page_of_a_case_says_its_code_its_phase_and_what_is_expected_next() -> None:
    pages = ROOT / "pages"
    found = {
        path.relative_to(pages).as_posix()
        for folder in ("cases", "meetings", "agreements", "rights")
        for path in (pages / folder).glob("*.py")
        if not re.search(r"case_head\.(show|draw)\(", path.read_text(encoding="utf-8"))
    }

    assert found == WITHOUT_CASE_HEAD


def test_every_page_of_the_site_has_a_file_and_words() -> None:
    for spec in PAGES:
        assert spec.path.exists(), spec.key
        assert f"page.{spec.key}" in load("en")


def _said_in(source: str) -> tuple[set[str], set[str]]:
    """The keys that a source says whole, and a pattern for each that it puts together."""
    whole, patterns = set(), set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value:
            whole.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            parts = [
                re.escape(str(one.value)) if isinstance(one, ast.Constant) else r"[\w.]+"
                for one in node.values
            ]
            patterns.add("".join(parts))
    # What has no dot in it is no key, and what has no word in it would fit every key.
    return whole, {one for one in patterns if r"\." in one and re.search("[a-z]", one.replace(r"[\w.]+", ""))}


def test_every_sentence_of_the_words_file_is_said_somewhere() -> None:
    words = load("en")
    plural = {key.rpartition(".")[0] for key in words if f"{key.rpartition('.')[0]}.one" in words}
    whole, patterns = set[str](), set[str]()
    for source in _sources().values():
        said, put_together = _said_in(source)
        whole |= said
        patterns |= put_together
    fits = re.compile("|".join(sorted(patterns)))

    def is_said(key: str) -> bool:
        head = key.rpartition(".")[0]
        return (
            key in whole
            or bool(fits.fullmatch(key))
            or (head in plural and (head in whole or bool(fits.fullmatch(head))))
        )

    assert [key for key in words if not is_said(key)] == []
