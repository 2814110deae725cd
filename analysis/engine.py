"""Join, de-duplicate and count cells in SQL, and read Parquet: the only file that knows DuckDB.

The messy logic happens before, once for each distinct text and in plain Python; here its answers
come back as joins. The SQL keeps to what DuckDB and Spark both run unchanged.
"""

import glob
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from analysis.tables import CELLS

# What became of each cell: the first row that applies decides.
RECORDS = """
create table joined as
select c.*, p.area, p.rolled_up, t.period, t.flag as period_flag, g.code as code,
       a.incidents, a.why as amount_why, a.flag as amount_flag, f.stem, f.rank, f.adds_rows,
       case when p.outcome <> 'read' then p.outcome
            when t.outcome <> 'read' then t.outcome
            when g.outcome <> 'read' then g.outcome
            when u.outcome <> 'read' then u.outcome
            else a.outcome end as outcome,
       case when p.outcome <> 'read' then p.reason
            when t.outcome <> 'read' then t.reason
            when g.outcome <> 'read' then g.reason
            when u.outcome <> 'read' then u.reason
            else a.reason end as reason,
       case when p.outcome <> 'read' then p.candidates
            when t.outcome <> 'read' then t.candidates
            when g.outcome <> 'read' then g.candidates
            when u.outcome <> 'read' then u.candidates
            else a.candidates end as candidates,
       case when p.outcome <> 'read' then p.said
            when t.outcome <> 'read' then t.said
            when g.outcome <> 'read' then g.said
            when u.outcome <> 'read' then u.said
            else c.amount end as said,
       p.outcome = 'read' and t.outcome = 'read' and g.outcome = 'read'
           and u.outcome = 'read' as placed
from cells c
left join places p using (file, place, place_code, region)
left join periods t using (file, month, year)
left join categories g using (file, category)
left join units u using (unit)
left join amounts a using (file, sheet, letter, amount)
left join files f using (file)
"""

# A newer revision of a file replaces the older one, cell by cell.
SUPERSEDED = """
create table revised as
select *, placed and rank < max(case when placed then rank end)
          over (partition by area, period, code, stem) as superseded
from joined
"""

# The same cell told by two sources: equal is said twice, different is a question.
SOURCES = """
create table sources as
select area, period, code, file, sheet, sum(incidents) as told, count(incidents) as figures
from revised where placed and not superseded
group by area, period, code, file, sheet
"""
AGREEMENT = """
create table agreement as
select area, period, code, count(*) as number,
       count(case when figures > 0 then 1 end) as telling,
       min(told) = max(told) or max(told) is null as agree,
       min(case when figures > 0 then file || chr(0) || sheet end) as first_telling,
       min(file || chr(0) || sheet) as first_source
from sources group by area, period, code
"""

# A place that stands twice in one sheet is a question, except for villages beside their district
# and in files whose rows are parts; a row by code beside a row by name is another report.
REPEATED = """
create table repeats as
select area, period, code, file, sheet, place_code, count(*) as lines
from revised
where placed and not superseded and layout = 'months_across' and not adds_rows and not rolled_up
group by area, period, code, file, sheet, place_code
"""

# Two units in one place of a sheet are two things, whatever the study calls its own.
MIXED = """
create table mixed as
select area, period, code, file, sheet, count(distinct unit) as units
from revised where placed and not superseded and unit <> ''
group by area, period, code, file, sheet
"""

OUTCOMES = """
create table records as
select r.*,
       case when r.superseded then 'left_out'
            when not r.placed then r.outcome
            when s.number > 1 and s.telling > 1 and not s.agree then 'rejected'
            when s.number > 1 and s.telling > 0
                 and r.file || chr(0) || r.sheet <> s.first_telling then 'left_out'
            when s.number > 1 and s.telling = 0
                 and r.file || chr(0) || r.sheet <> s.first_source then 'left_out'
            when m.units > 1 or d.lines > 1 then 'rejected'
            else r.outcome end as final,
       case when r.superseded then 'superseded'
            when not r.placed then r.reason
            when s.number > 1 and s.telling > 1 and not s.agree then 'conflict'
            when s.number > 1 and s.telling > 0
                 and r.file || chr(0) || r.sheet <> s.first_telling then 'said_twice'
            when s.number > 1 and s.telling = 0
                 and r.file || chr(0) || r.sheet <> s.first_source then 'said_twice'
            when m.units > 1 then 'mixed_units'
            when d.lines > 1 then 'place_repeated'
            else r.reason end as rule
from revised r
left join agreement s on r.area = s.area and r.period = s.period and r.code = s.code
left join repeats d on r.area = d.area and r.period = d.period and r.code = d.code
     and r.file = d.file and r.sheet = d.sheet and r.place_code = d.place_code
     and not r.superseded and not r.rolled_up
left join mixed m on r.area = m.area and r.period = m.period and r.code = m.code
     and r.file = m.file and r.sheet = m.sheet and not r.superseded
order by r.file, r.sheet, r.line, r.number
"""

COUNTS = """
select area, period as month, code as category,
       sum(case when final = 'counted' then incidents end) as incidents,
       max(case when rule in ('conflict', 'mixed_units', 'place_repeated') then 'ambiguous'
                when final <> 'counted' then amount_why end) as why,
       max(case when final = 'counted' then 0 else 1 end) as gaps,
       max(case when period_flag = 'provisional' or amount_flag = 'provisional' then 1 else 0 end)
           as provisional,
       max(case when period_flag = 'revised' or amount_flag = 'revised' then 1 else 0 end) as revised,
       max(case when period_flag = 'partial' then 1 else 0 end) as partial
from records
where placed and not superseded and rule <> 'said_twice'
group by area, period, code
order by area, period, code
"""

REVISIONS = """
select o.file, n.file as kept, o.area, o.period as month, o.code as category,
       o.amount as before, n.amount as after
from revised o
join revised n on o.area = n.area and o.period = n.period and o.code = n.code
     and o.stem = n.stem and n.superseded = false and o.place = n.place
where o.superseded and o.placed and n.placed
  and (o.incidents is distinct from n.incidents)
order by 1, 2, 3, 4, 5
"""

FOUND = """
select file, sheet, line, letter, layout, place, area, period as month, code as category, amount,
       incidents, rolled_up, placed, said, final, rule, candidates, amount_why
from records order by number
"""

# Words that SQL keeps for itself.
PLAIN_NAMES = {"row": "line", "column": "letter"}


def join_readings(
    cells: pd.DataFrame, readings: dict[str, pd.DataFrame]
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Give every cell its meaning and its outcome, and count what is counted.

    ``cells`` is a CELLS table; ``readings`` holds one lookup a text column (places, periods,
    categories, amounts) and one on the files, as ``clean.read_texts`` makes them. Returns the
    records (each cell once, with ``final`` = counted, empty, rejected or left_out and the ``rule``),
    the counts (area, month, category, incidents and gaps), and the cells that a newer revision of
    the same file changed.
    """
    with duckdb.connect() as database:
        numbered = cells[CELLS].rename(columns=PLAIN_NAMES).assign(number=range(len(cells)))
        database.register("cells", numbered)
        for name, table in readings.items():
            database.register(name, table.rename(columns=PLAIN_NAMES))
        for step in (RECORDS, SUPERSEDED, SOURCES, AGREEMENT, REPEATED, MIXED, OUTCOMES):
            database.execute(step)
        records = database.sql(FOUND).df().rename(columns={b: a for a, b in PLAIN_NAMES.items()})
        return records, database.sql(COUNTS).df(), database.sql(REVISIONS).df()


# Types whose values are one plain thing; a list or a record in a cell is no cell of a table.
NESTED = ("LIST", "STRUCT", "MAP", "UNION", "ARRAY", "BLOB", "VARIANT", "GEOMETRY")
AS_TEXT = ("TIMESTAMP WITH TIME ZONE", "TIME WITH TIME ZONE", "INTERVAL", "UUID", "BIT", "ENUM")
PARQUET = "read_parquet(?)"
BATCH = 10_000
# what DuckDB lacks for a file it would fetch from the internet
OFFLINE: dict[str, Any] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}


class UnreadableError(Exception):
    """A Parquet file that cannot be read; ``columns`` names those that hold lists or records."""

    def __init__(self, columns: str = "") -> None:
        super().__init__(columns)
        self.columns = columns


def read_parquet_rows(path: Path) -> Iterator[list[object]]:
    """Stream the rows of a Parquet file, the names of its columns first; numbers and dates as such.

    A time with its zone comes as text. Raises ``UnreadableError``.
    """
    name = glob.escape(str(path))  # a name with "*" is one file
    with duckdb.connect(config=OFFLINE) as database:
        try:
            found = database.execute(f"describe select * from {PARQUET}", [name]).fetchall()
            types = {str(column): str(kind) for column, kind, *_ in found}
            nested = [
                column for column, kind in types.items()
                if kind.startswith(NESTED) or kind.endswith("]")
            ]  # fmt: skip
            if nested:
                raise UnreadableError(", ".join(nested))
            yield list(types)
            columns = ", ".join(_column(column, kind) for column, kind in types.items())
            database.execute(f"select {columns} from {PARQUET}", [name])
            while rows := database.fetchmany(BATCH):
                yield from map(list, rows)
        except duckdb.Error:
            raise UnreadableError from None


def _column(name: str, kind: str) -> str:
    quoted = '"{}"'.format(name.replace('"', '""'))
    return f"cast({quoted} as varchar)" if kind.startswith(AS_TEXT) else quoted
