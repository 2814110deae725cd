"""Read a table or a query of a database as a grid, through SQLAlchemy; nothing is ever changed there.

The address with its password comes from the study and goes to SQLAlchemy alone. What a database or
its driver says when it refuses is never passed on: it may repeat the address or personal data.
"""

import hashlib
import os
import re
import sqlite3
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from analysis.read.files import Source
from analysis.read.grid import Grid, text_of
from analysis.study import Recipe
from analysis.words.messages import InsidenError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

KIND = "database"
BATCH = 10_000
VARIABLE = re.compile(r"\$\{(\w+)\}")
# What is no word of the query itself: texts, quoted names, comments.
ASIDE = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|--[^\n]*|/\*(?!!).*?\*/", re.DOTALL)
CHANGES = re.compile(
    r"\b(insert|update|delete|merge|replace\s+into|drop|alter|create|truncate|grant|revoke|call|"
    r"exec|execute|into|copy|attach|detach|pragma|vacuum|set|lock|commit)\b|;|/\*!",
    re.IGNORECASE,
)


def read_database(recipe: Recipe) -> Source:
    """Read the table or the query that a recipe names; row 1 of the grid holds the column names."""
    if recipe.query:
        check_select(recipe)
    try:
        import sqlalchemy
    except ImportError:
        raise InsidenError("read.no_sqlalchemy", source=recipe.name) from None
    engine, place = _engine(recipe)
    digest, size = hashlib.sha256(), 0

    def rows() -> Iterator[list[object]]:
        nonlocal size
        for row in _rows(engine, recipe, place):
            line = ("\x1f".join(map(text_of, row)) + "\x1e").encode()
            digest.update(line)
            size += len(line)
            yield row

    sheet = recipe.table or "query"
    try:
        grid = Grid(recipe.name, sheet, rows())
    except (sqlalchemy.exc.SQLAlchemyError, sqlite3.Error):
        raise InsidenError("read.query_refused", source=recipe.name, place=place) from None
    finally:
        engine.dispose()
    return Source(Path(recipe.name), recipe.name, size, digest.hexdigest(), KIND, "", [grid])


def check_select(recipe: Recipe) -> str:
    """Return the query, or refuse one that does more than select."""
    bare = ASIDE.sub(" ", recipe.query).strip().removesuffix(";")
    if not re.match(r"(select|with)\b", bare, re.IGNORECASE):
        word = bare.split()[0] if bare else "-"
        raise InsidenError("read.not_a_select", source=recipe.name, text=word[:20])
    if found := CHANGES.search(bare):
        raise InsidenError("read.not_a_select", source=recipe.name, text=found[0])
    return recipe.query.strip().removesuffix(";")


def _engine(recipe: Recipe) -> tuple["Engine", str]:
    """Make the way to the database, and say where it is without a name or a password."""
    import sqlalchemy

    def value_of(variable: re.Match) -> str:
        if variable[1] not in os.environ:
            raise InsidenError("read.no_variable", source=recipe.name, text=variable[1])
        return quote(os.environ[variable[1]], safe="")

    try:
        url = sqlalchemy.make_url(VARIABLE.sub(value_of, recipe.url))
    except (sqlalchemy.exc.ArgumentError, ValueError):
        raise InsidenError("read.wrong_url", source=recipe.name) from None
    place = f"{url.get_backend_name()}://{url.host or ''}/{url.database or ''}"
    options: dict[str, Any] = {"poolclass": sqlalchemy.NullPool}
    if url.get_backend_name() == "sqlite":
        if not Path(url.database or "").is_file():  # SQLite would make an empty one
            raise InsidenError("read.no_database", source=recipe.name, file=url.database or "-")
        address = f"file:{quote(str(Path(url.database or '').resolve()))}?mode=ro"
        options["creator"] = lambda: sqlite3.connect(address, uri=True)
        url = url.set(query={})  # of no use here, and a warning would repeat it
    try:
        return sqlalchemy.create_engine(url, **options), place
    except (sqlalchemy.exc.NoSuchModuleError, ImportError):
        raise InsidenError("read.no_driver", source=recipe.name, text=url.drivername) from None
    except (sqlalchemy.exc.ArgumentError, TypeError, ValueError):
        raise InsidenError("read.wrong_url", source=recipe.name) from None


def _rows(engine: "Engine", recipe: Recipe, place: str) -> Iterator[list[object]]:
    """Stream the names of the columns and the rows, in a transaction that cannot write."""
    options: dict[str, Any] = {"stream_results": True}
    if engine.dialect.name == "postgresql":
        options["postgresql_readonly"] = True
    with _connect(engine, recipe, place).execution_options(**options) as connection:
        if engine.dialect.name in ("mysql", "mariadb"):
            connection.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")
            connection.rollback()
        answer = (
            connection.exec_driver_sql(check_select(recipe))
            if recipe.query
            else connection.execute(_whole_table(connection, recipe))
        )
        names = [str(name) for name in answer.keys()]  # noqa: SIM118
        yield list(names)
        for row in answer.yield_per(BATCH):
            values = list(row)
            for name, value in zip(names, values, strict=True):
                if isinstance(value, (bytes, bytearray, memoryview, list, dict, tuple, set)):
                    raise InsidenError("read.nested_columns", file=recipe.name, columns=name)
            yield values
        connection.rollback()


def _connect(engine: "Engine", recipe: Recipe, place: str) -> "Connection":
    try:
        return engine.connect()
    except Exception:  # each driver has errors of its own
        raise InsidenError("read.no_connection", source=recipe.name, place=place) from None


def _whole_table(connection: "Connection", recipe: Recipe) -> Any:
    """Select a table in the order of its key, so that a row keeps its number."""
    import sqlalchemy

    schema, _, name = recipe.table.rpartition(".")
    inspector = sqlalchemy.inspect(connection)
    known = inspector.get_table_names(schema or None) + inspector.get_view_names(schema or None)
    if name not in known:
        near = ", ".join(get_close_matches(name, known, cutoff=0.5) or sorted(known)[:8]) or "-"
        raise InsidenError("read.no_such_table", source=recipe.name, text=recipe.table, near=near)
    table = sqlalchemy.Table(
        name, sqlalchemy.MetaData(), schema=schema or None, autoload_with=connection
    )
    return sqlalchemy.select(table).order_by(*table.primary_key.columns)
