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
select c.number, c.file, c.sheet, c.line, c.layout, c.place, c.place_code, c.unit, c.amount,
       l.key, l.content, l.alike, l.part, l.marked, f.stem, f.rank, f.adds_rows, f.twins, f.belief,
       p.area, p.rolled_up, t.period, t.flag as period_flag, g.code as code,
       a.incidents, a.why as amount_why, a.flag as amount_flag,
       case when p.outcome <> 'read' then p.outcome
            when t.outcome <> 'read' then t.outcome
            when g.outcome <> 'read' then g.outcome
            when u.outcome <> 'read' then u.outcome
            when l.rule <> '' then 'rejected'
            else a.outcome end as outcome,
       case when p.outcome <> 'read' then p.reason
            when t.outcome <> 'read' then t.reason
            when g.outcome <> 'read' then g.reason
            when u.outcome <> 'read' then u.reason
            when l.rule <> '' then l.rule
            else a.reason end as reason,
       case when p.outcome <> 'read' then p.candidates
            when t.outcome <> 'read' then t.candidates
            when g.outcome <> 'read' then g.candidates
            when u.outcome <> 'read' then u.candidates
            when l.rule <> '' then l.candidates
            else a.candidates end as candidates,
       case when p.outcome <> 'read' then p.said
            when t.outcome <> 'read' then t.said
            when g.outcome <> 'read' then g.said
            when u.outcome <> 'read' then u.said
            when l.rule <> '' then c.month
            else c.amount end as said,
       case when p.outcome <> 'read' then 'place'
            when t.outcome <> 'read' then 'month'
            when g.outcome <> 'read' then 'category'
            when u.outcome <> 'read' then 'unit'
            when l.rule <> '' then 'line'
            else 'amount' end as kind,
       p.outcome = 'read' and t.outcome = 'read' and g.outcome = 'read'
           and u.outcome = 'read' and coalesce(l.rule, '') = '' as placed
from cells c
left join lines l using (file, sheet, line)
left join places p using (file, place, place_code, region)
left join periods t using (file, month, year)
left join categories g using (file, category)
left join units u using (unit)
left join amounts a using (file, sheet, letter, amount)
left join files f using (file)
"""

# A newer revision of a file replaces the older one, cell by cell; a list of reports, month by month.
SUPERSEDED = """
create table revised as
select *, placed and rank < max(case when placed then rank end) over (
              partition by period, stem, case when layout = 'line_list' then '' else area end,
                           case when layout = 'line_list' then '' else code end, layout = 'line_list'
          ) as superseded
from joined
"""

# A line that the office itself calls a duplicate is left out. Lines with one key are one report, if they agree; where a line is a part of a report (a victim),
# they may differ in all but place, month and category.
KEYS = """
create table keys as
select key, count(*) as lines, min(number) as first, max(number) as last,
       min(area) <> max(area) or min(period) <> max(period) or min(code) <> max(code) as differ
from revised where key <> '' and placed and not superseded and not coalesce(marked, false)
group by key
"""
KEY_CONTENTS = """
create table key_contents as
select key, max(differs) as differ from (
    select key, case when min(content) <> max(content) then 1 else 0 end as differs
    from revised where key <> '' and part = '' and placed and not superseded
         and not coalesce(marked, false)
    group by key, file, sheet
) each_sheet group by key
"""
# Lines of one sheet that say the same are one report if something in them tells reports apart.
CONTENTS = """
create table contents as
select file, sheet, content, count(*) as lines, min(number) as first
from revised
where coalesce(key, '') = '' and part = '' and placed and not superseded
      and not coalesce(marked, false)
group by file, sheet, content
"""
REPORTS = """
create table reports as
select r.*,
       case when not r.placed or r.superseded then ''
            when r.marked then 'marked_duplicate'
            when k.differ or d.differ = 1 then 'key_reused'
            when k.lines > 1 and r.number <> k.first then 'duplicate_key'
            when c.lines > 1 and r.number <> c.first
                 and case when r.alike then r.twins = 'one' else r.twins <> 'each' end
                 then 'duplicate_content'
            else '' end as repeats,
       case when r.key <> '' and r.number = k.first then k.last
            when r.key <> '' then k.first else c.first end as twin,
       case when max(coalesce(r.key, '')) over (partition by r.file, r.sheet) <> '' then ''
            else r.file || chr(0) || r.sheet end as source
from revised r
left join keys k on r.key = k.key
left join key_contents d on r.key = d.key
left join contents c on r.file = c.file and r.sheet = c.sheet and r.content = c.content
     and coalesce(r.key, '') = ''
"""

# The same cell told by two sources: equal is said twice, different is a question, unless the
# analyst has said whom to believe. Lists whose lines
# bear keys are one source, for a report in two of them is found by its key.
SOURCES = """
create table sources as
select area, period, code, source, sum(incidents) as told, count(incidents) as figures,
       max(belief) as belief
from reports where placed and not superseded and repeats = ''
group by area, period, code, source
"""
AGREEMENT = """
create table agreement as
select area, period, code, count(*) as number,
       count(case when figures > 0 then 1 end) as telling,
       min(told) = max(told) or max(told) is null as agree,
       case when min(told) = max(told) or max(told) is null
                 then min(case when figures > 0 then source end)
            when count(case when figures > 0 and belief = strongest then 1 end) = 1
                 then min(case when figures > 0 and belief = strongest then source end)
            end as kept,
       min(source) as first_source
from (select *, max(case when figures > 0 then belief end) over (
                    partition by area, period, code) as strongest from sources) each_source
group by area, period, code
"""

# A place that stands twice in one sheet is a question, except for villages beside their district
# and in files whose rows are parts; a row by code beside a row by name is another report.
REPEATED = """
create table repeats as
select area, period, code, file, sheet, place_code, count(*) as lines
from reports
where placed and not superseded and layout = 'months_across' and not adds_rows and not rolled_up
group by area, period, code, file, sheet, place_code
"""

# Two units in one place of a sheet are two things, whatever the study calls its own.
MIXED = """
create table mixed as
select area, period, code, file, sheet, count(distinct unit) as units
from reports where placed and not superseded and unit <> ''
group by area, period, code, file, sheet
"""

OUTCOMES = """
create table records as
select r.*,
       case when r.superseded then 'left_out'
            when not r.placed then r.outcome
            when r.repeats = 'key_reused' then 'rejected'
            when r.repeats <> '' then 'left_out'
            when s.number > 1 and s.telling > 1 and s.kept is null then 'rejected'
            when s.number > 1 and s.telling > 0
                 and r.source <> s.kept then 'left_out'
            when s.number > 1 and s.telling = 0
                 and r.source <> s.first_source then 'left_out'
            when m.units > 1 or d.lines > 1 then 'rejected'
            else r.outcome end as final,
       case when r.superseded then 'superseded'
            when not r.placed then r.reason
            when r.repeats <> '' then r.repeats
            when s.number > 1 and s.telling > 1 and s.kept is null then 'conflict'
            when s.number > 1 and s.telling > 1 and not s.agree
                 and r.source <> s.kept then 'not_believed'
            when s.number > 1 and s.telling > 0
                 and r.source <> s.kept then 'said_twice'
            when s.number > 1 and s.telling = 0
                 and r.source <> s.first_source then 'said_twice'
            when m.units > 1 then 'mixed_units'
            when d.lines > 1 then 'place_repeated'
            else r.reason end as rule
from reports r
left join agreement s on r.area = s.area and r.period = s.period and r.code = s.code
left join repeats d on r.area = d.area and r.period = d.period and r.code = d.code
     and r.file = d.file and r.sheet = d.sheet and r.place_code = d.place_code
     and not r.superseded and not r.rolled_up
left join mixed m on r.area = m.area and r.period = m.period and r.code = m.code
     and r.file = m.file and r.sheet = m.sheet and not r.superseded
"""

COUNTS = """
select area, period as month, code as category,
       sum(case when final = 'counted' then incidents end) as incidents,
       max(case when rule in ('conflict', 'mixed_units', 'place_repeated', 'key_reused')
                then 'ambiguous'
                when final <> 'counted' then amount_why end) as why,
       max(case when final = 'counted' then 0 else 1 end) as gaps,
       max(case when period_flag = 'provisional' or amount_flag = 'provisional' then 1 else 0 end)
           as provisional,
       max(case when period_flag = 'revised' or amount_flag = 'revised' then 1 else 0 end) as revised,
       max(case when period_flag = 'partial' then 1 else 0 end) as partial
from records
where placed and not superseded
  and rule not in ('said_twice', 'not_believed', 'marked_duplicate', 'duplicate_key', 'duplicate_content')
group by area, period, code
order by area, period, code
"""

REVISIONS = """
select o.file, n.file as kept, o.area, o.period as month, o.code as category,
       o.amount as before, n.amount as after,
       o.number, n.number as kept_number
from records o
join records n on o.area = n.area and o.period = n.period and o.code = n.code
     and o.stem = n.stem and n.superseded = false and o.place = n.place
where o.superseded and o.placed and n.placed
  and (o.incidents is distinct from n.incidents)
order by o.file, n.file, o.number
"""

FOUND = """
select area, period as month, code as category, incidents, rolled_up, placed,
       case when final = 'rejected' then said end as said, final, rule,
       case when final = 'rejected' then candidates end as candidates, amount_why, twin,
       case when final = 'rejected' then kind end as kind
from records order by number
"""

# Each step and the table that nothing after it needs.
STEPS = (
    (RECORDS, ""), (SUPERSEDED, "joined"), (KEYS, ""), (KEY_CONTENTS, ""), (CONTENTS, ""),
    (REPORTS, "revised"), (SOURCES, ""), (AGREEMENT, ""), (REPEATED, ""), (MIXED, ""),
    (OUTCOMES, "reports"),
)  # fmt: skip
LINE_FACTS = [
    "file", "sheet", "row", "key", "content", "alike", "part", "marked", "rule", "candidates",
]  # fmt: skip
KEPT = ["file", "sheet", "row", "column", "layout", "place", "amount"]
# Words that SQL keeps for itself.
PLAIN_NAMES = {"row": "line", "column": "letter"}


def join_readings(
    cells: pd.DataFrame, lines: pd.DataFrame, readings: dict[str, pd.DataFrame]
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Give every cell its meaning and its outcome, and count what is counted.

    ``cells`` is a CELLS table and ``lines`` the LINES of its lists; ``readings`` holds one lookup a
    text column (places, periods, categories, amounts, units) and one on the files. Returns the
    records (each cell once, with ``final`` = counted, empty, rejected or left_out and the ``rule``),
    the counts (area, month, category, incidents and gaps), and the cells that a newer revision of
    the same file changed.
    """
    with duckdb.connect() as database:
        numbered = cells[CELLS].rename(columns=PLAIN_NAMES).assign(number=range(len(cells)))
        database.register("cells", numbered)
        database.register("lines", lines[LINE_FACTS].rename(columns=PLAIN_NAMES))
        for name, table in readings.items():
            database.register(name, table.rename(columns=PLAIN_NAMES))
        for step, needless in STEPS:
            database.execute(step)
            if needless:
                database.execute(f"drop table {needless}")
        found = database.sql(FOUND).df()
        records = pd.concat([cells[KEPT].reset_index(drop=True), found], axis="columns")
        revisions = _with_addresses(database.sql(REVISIONS).df(), cells)
        return records, database.sql(COUNTS).df(), revisions


def _with_addresses(revisions: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Name the cell before and the cell after each revision in place of their numbers."""
    for number, prefix in (("number", ""), ("kept_number", "kept_")):
        own = cells[["sheet", "row", "column"]].iloc[revisions.pop(number).astype(int)]
        revisions = pd.concat(
            [revisions, own.add_prefix(prefix).reset_index(drop=True)], axis="columns"
        )
    return revisions


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
