"""study.toml: everything that changes from one run to the next, read strictly.

A key that is not known is an error with the nearest known key, because a misspelt setting that is
silently ignored changes a published number.
"""

import re
import tomllib
from dataclasses import MISSING, dataclass, field, fields, replace
from difflib import get_close_matches
from fnmatch import fnmatch
from pathlib import Path, PurePath
from typing import Any

import pandas as pd

from analysis.words.messages import LANGUAGES, InsidenError


@dataclass(frozen=True)
class Recipe:
    """How to read files whose layout the program must not guess: ``[source.NAME]`` in study.toml."""

    files: str = ""  # which files, by name: "BaseDP*.csv"
    url: str = ""  # or a database, as SQLAlchemy writes it; ${NAME} stands for a variable
    table: str = ""  # its table, "schema.name" where it has one
    query: str = ""  # or one SELECT
    sheet: str = "*"  # which of their sheets, by name
    header_row: int = 0  # the row of the header, from 1; 0 lets the program find it
    layout: str = ""  # months_across, long or line_list; "" lets the program find it
    columns: dict[str, str] = field(default_factory=dict)  # header text -> role
    counts: tuple[str, ...] = ()  # headers of count columns, each its own category
    unit: str = ""  # the one unit to count where a sheet mixes several: "crimes"
    line: str = ""  # what a line of a list is, where it is no report: "victims", "updates"
    dated_by: str = ""  # which date of a list counts: report, event, publication
    year: str = ""  # the year, where no cell says it
    region: str = ""  # the regency's code, where no cell says it
    category: str = ""  # the category, where no cell says it
    adds_rows: bool = False  # several rows of one place are parts, to be added
    why: str = ""  # on what ground
    who: str = ""
    when: str = ""
    name: str = ""  # NAME, by which messages call it


@dataclass(frozen=True)
class Answer:
    """What an analyst decided once about a doubtful text: ``[[answer]]`` in study.toml."""

    kind: str  # amount, place, month, category; silence: what no line in a register means;
    # duplicate: whether lines that look alike are "one" report or "each" is one;
    # conflict: whether "this" file or the "other" is right where two differ
    text: str  # the doubtful text, such as "-" or "Serang"; "" for a silence
    value: str  # its reading: "zero", "not_reported", a code, a month
    why: str  # on what ground
    file: str = "*"  # in which files, by name
    who: str = ""  # who decided
    when: str = ""  # the day: "2026-11-03"


@dataclass(frozen=True)
class Study:
    """One study: which region, which files, which choices. Made by ``read_study``."""

    path: Path
    title: str
    region: str  # the focal area's code
    source_line: str  # the words after "Sumber:"
    scope: str = ""  # the area that holds all compared areas; "" is the region's parent
    level: str = "kecamatan"  # level of the counted areas
    compare_level: str = "kabkota"  # level of the compared areas
    language: str = "id"
    unit: str = "reports"  # reports, cases, crimes: never added together
    inbox: str = "inbox"
    reference: str = "reference"
    boundaries: str = ""  # file made by `insiden boundaries`, if any
    first_month: str = ""  # 2021-01; "" is the first month found
    last_month: str = ""
    window: int = 12  # months that are compared, up to the last one
    months_per_count: int = 1  # how many months one count covers: 2 for a two-month total
    simulated: bool = False
    hide_below: int = 5
    population_series: str = ""
    population_year: int = 0  # one fixed year; 0 takes each month's own year
    comparators: tuple[str, ...] = ("land_neighbours", "rest", "each")
    complete_from: float = 0.95  # a month is complete when this share of its cells is reported
    empty_months: str = "unknown"  # "zero" where every incident reaches the register
    translation: dict[str, dict[str, str]] = field(
        default_factory=dict
    )  # title, source_line by language
    recipes: tuple[Recipe, ...] = ()
    answers: tuple[Answer, ...] = ()

    @property
    def periods_in_window(self) -> int:
        """How many counts in a row make the window."""
        return max(1, self.window // self.months_per_count)

    @property
    def folder(self) -> Path:
        return self.path.parent

    @property
    def inbox_folder(self) -> Path:
        return self.folder / self.inbox

    @property
    def reference_folder(self) -> Path:
        return self.folder / self.reference

    @property
    def outputs_folder(self) -> Path:
        """``outputs`` beside ``data``; a study other than study.toml gets a folder of its own."""
        home = self.folder
        while home.name in ("data", "studies"):
            home = home.parent
        name = "outputs" if self.path.name == "study.toml" else f"outputs-{self.path.stem}"
        return home / name


# The dates that a list of reports may hold, in the order in which they come to pass.
DATE_KINDS = (
    "event", "end", "publication", "report", "verified", "referred", "reply", "rejected", "blocked",
)  # fmt: skip
CHOICES = {
    "language": LANGUAGES,
    "empty_months": ("zero", "unknown"),
    "kind": ("amount", "place", "month", "category", "silence", "duplicate", "conflict"),
    "layout": ("", "months_across", "long", "line_list"),
    "dated_by": ("", "report", "event", "publication"),
}
MONTHS = ("first_month", "last_month")
TRANSLATED = ("title", "source_line")


def read_study(path: Path) -> Study:
    """Read a study file; every misspelt key, wrong type or missing setting is one clear error."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InsidenError("study.not_found", file=path) from None
    except UnicodeDecodeError as error:
        raise InsidenError("study.not_toml", file=path, text=error) from None
    except OSError as error:
        raise InsidenError("study.unreadable", file=path, text=error.strerror) from None
    return study_from_text(text, path)


def study_from_text(text: str, path: Path) -> Study:
    """Read the text of a study file; ``path`` says where it stands."""
    try:
        settings = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InsidenError("study.not_toml", file=path, text=error) from None
    sources, answers = settings.pop("source", {}), settings.pop("answer", [])
    if not isinstance(sources, dict):
        raise InsidenError("study.not_a_table", file=path.name, key="[source.NAME]")
    if not isinstance(answers, list):
        raise InsidenError("study.not_a_table", file=path.name, key="[[answer]]")
    recipes = tuple(
        _check_origin(_make(Recipe, part, path, f"[source.{name}]", {"name": name}), path)
        for name, part in sources.items()
    )
    answers = tuple(_make(Answer, part, path, "[[answer]]") for part in answers)
    own = {"path": path, "recipes": recipes, "answers": answers}
    return _make(Study, settings, path, "study", own)


def _check_origin(recipe: Recipe, path: Path) -> Recipe:
    """A recipe is for files, or for one table or one query of a database."""
    place = f"[source.{recipe.name}]"
    if bool(recipe.files) == bool(recipe.url):
        raise InsidenError("study.files_or_url", file=path.name, place=place)
    if bool(recipe.url) != (bool(recipe.table) != bool(recipe.query)) or (
        recipe.files and (recipe.table or recipe.query)
    ):
        raise InsidenError("study.table_or_query", file=path.name, place=place)
    if not recipe.url:
        return recipe
    # a database in a file is looked for from the study's folder, like all its paths
    local = re.fullmatch(r"(sqlite(?:\+\w+)?:///)((?!/|[A-Za-z]:|:memory:).+)", recipe.url)
    here = f"{local[1]}{(path.parent.absolute() / local[2]).as_posix()}" if local else recipe.url
    return replace(recipe, url=here, files=recipe.name)  # by this name its rows are called


def in_language(study: Study, lang: str) -> Study:
    """Return the study in another language, with its title and source where it translates them."""
    texts = study.translation.get(lang, {})
    title = texts.get("title", study.title)
    source_line = texts.get("source_line", study.source_line)
    return replace(study, language=lang, title=title, source_line=source_line)


def is_called(file: str, pattern: str) -> bool:
    """Tell whether a file is meant by a pattern, which may leave out its folders.

    >>> is_called("2024/Juli.xlsx", "Juli*"), is_called("2024/Juli.xlsx", "2023/*")
    (True, False)
    """
    return fnmatch(file, pattern) or fnmatch(PurePath(file).name, pattern)


def find_study() -> Path:
    """Return the nearest study: here, in data/ here or above, else the one beside the package."""
    for folder in (Path.cwd(), *Path.cwd().parents):
        for path in (folder / "study.toml", folder / "data" / "study.toml"):
            if path.is_file():
                return path
    return Path(__file__).parents[1] / "data" / "study.toml"


def _make(
    kind: type, settings: Any, path: Path, place: str, own: dict[str, Any] | None = None
) -> Any:
    """Build one of the three records from a TOML table, checking names, types and choices.

    ``own`` are the fields that no table may set.
    """
    if not isinstance(settings, dict):
        raise InsidenError("study.not_a_table", file=path.name, key=place)
    own = own or {}
    known = {part.name: part for part in fields(kind) if part.name not in own}
    for key, value in settings.items():
        if key not in known:
            near = get_close_matches(key, known, n=1) or ["-"]
            raise InsidenError(
                "study.unknown_key", file=path.name, place=place, key=key, near=near[0]
            )
        _check_value(kind, key, value, path)
    for name, part in known.items():
        needed = part.default is MISSING and part.default_factory is MISSING
        if needed and name not in settings:
            raise InsidenError("study.missing_key", file=path.name, place=place, key=name)
    lists = {key: tuple(value) for key, value in settings.items() if isinstance(value, list)}
    return kind(**(settings | lists | own))


def _check_value(kind: type, key: str, value: Any, path: Path) -> None:
    wanted = {part.name: part.type for part in fields(kind)}[key]
    plain: dict[Any, Any] = {
        str: str,
        int: int,
        bool: bool,
        float: (int, float),
        dict[str, str]: dict,
        dict[str, dict[str, str]]: dict,
        tuple[str, ...]: (list, tuple),
    }
    if wanted in plain and (
        not isinstance(value, plain[wanted]) or (wanted is int and isinstance(value, bool))
    ):
        raise InsidenError("study.wrong_type", file=path.name, key=key, text=value)
    if wanted in (dict[str, str], tuple[str, ...]):
        texts = value.values() if isinstance(value, dict) else value
        if not all(isinstance(text, str) for text in texts):
            raise InsidenError("study.wrong_type", file=path.name, key=key, text=value)
    if key == "translation":
        _check_translation(value, path)
    if key in CHOICES and value not in CHOICES[key]:
        choices = ", ".join(repr(choice) for choice in CHOICES[key])
        raise InsidenError(
            "study.wrong_choice", file=path.name, key=key, text=value, choices=choices
        )
    if key in MONTHS and value:
        try:
            pd.Period(str(value), freq="M")
        except ValueError:
            raise InsidenError("study.wrong_month", file=path.name, key=key, text=value) from None
    if (key == "hide_below" and value < 0) or (key in ("window", "months_per_count") and value < 1):
        raise InsidenError("study.wrong_type", file=path.name, key=key, text=value)


def _check_translation(value: Any, path: Path) -> None:
    for lang, texts in value.items():
        told = isinstance(texts, dict) and all(isinstance(text, str) for text in texts.values())
        if lang not in LANGUAGES or not told:
            choices = ", ".join(LANGUAGES)
            raise InsidenError(
                "study.wrong_choice", file=path.name, key="translation", text=lang, choices=choices
            )
        for key in texts:
            if key not in TRANSLATED:
                near = get_close_matches(key, TRANSLATED, n=1) or ["-"]
                raise InsidenError(
                    "study.unknown_key",
                    file=path.name, place=f"translation.{lang}", key=key, near=near[0],
                )  # fmt: skip
