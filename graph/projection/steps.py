"""The statements of one revision: what each begins with, and which of them have nothing to do.

A statement of DuckDB takes half a millisecond at least, however few its rows are, and a revision has 150. Most of them are
about what stood before, texts, pairs or endings, and a phone book has none of these: a statement that says by which tables it
is driven is not run while all of them are empty.
"""

from __future__ import annotations

import duckdb

from graph.projection.schema import one

_COUNTERS = ("row", "rid", "mno", "grp", "comp")


class Steps:
    """A connection to the state and the temporary tables made on it, for one revision after another.

    Temporary tables stay from one revision to the next, so that an empty one need not be made again: rows(name) and
    any(name) are of the revision in hand once it has been made there."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con
        self._rows: dict[str, int] = {}
        self._next: dict[str, int] = {}

    def begin(self) -> None:
        """Begin a revision: a transaction, with the numbers that were given so far."""
        self.con.execute("BEGIN")
        self._next = dict(
            zip(_COUNTERS, one(self.con, f"SELECT {', '.join(_COUNTERS)} FROM meta"), strict=True)
        )

    def end(self, head: int) -> None:
        """Write the head and the numbers given; commit() keeps them."""
        given = ", ".join(f"{name} = ?" for name in ("head", *_COUNTERS))
        self.con.execute(f"UPDATE meta SET {given}", [head, *self._next.values()])

    def any(self, *names: str) -> bool:
        """Whether one of some temporary tables, made in this revision, has a row."""
        return any(self._rows[name] for name in names)

    def rows(self, name: str) -> int:
        """How many rows a temporary table of this revision has."""
        return self._rows[name]

    def held(self) -> int:
        """The rows of all temporary tables."""
        return sum(self._rows.values())

    def given(self, name: str, n: int) -> None:
        """State how many rows a view or table has that was made otherwise."""
        self._rows[name] = n

    def empty(self, name: str) -> bool:
        """Whether a table or view of that name is there already and has no row."""
        return self._rows.get(name) == 0

    def next(self, counter: str) -> int:
        """The number before the next one of a counter."""
        return self._next[counter]

    def take(self, counter: str, n: int) -> None:
        """Use up n numbers of a counter."""
        self._next[counter] += n

    def temp(self, name: str, sql: str, params: object = None, *, given: tuple[str, ...] = ()) -> int:
        """(Re)make a temporary table from a query; gives its number of rows.

        given: tables that drive the query, if it has any such: while all of them are empty it gives no rows."""
        if given and not self.any(*given) and name in self._rows:
            if self._rows[name]:
                self.con.execute(f"DELETE FROM {name}")
            self._rows[name] = 0
        else:
            (self._rows[name],) = one(self.con, f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}", params)
        return self._rows[name]

    def run(self, sql: str, params: object = None, *, given: tuple[str, ...] = ()) -> None:
        """Run a statement that changes the state; given: as in temp()."""
        if not given or self.any(*given):
            self.con.execute(sql, params)

    def add(self, name: str, sql: str, *, given: tuple[str, ...] = ()) -> None:
        """Add the rows of a query to a temporary table, by the names of their columns; given: as in temp()."""
        if not given or self.any(*given):
            self._rows[name] += one(self.con, f"INSERT INTO {name} BY NAME {sql}")[0]

    def numbered(
        self, name: str, sql: str, *, row: str, by: str, order: str, given: tuple[str, ...] = ()
    ) -> int:
        """temp(), with a column `row` that takes the counter's next numbers in a defined (total) order."""
        number = f"{self.next(by)} + row_number() OVER (ORDER BY {order})"
        n = self.temp(name, f"SELECT *, {number} AS {row} FROM ({sql})", given=given)
        self.take(by, n)
        return n

    def put(self, table: str, sql: str, order: str, *, given: tuple[str, ...] = ()) -> None:
        """Make o_<table> of rows to put, each with the next row number, in a defined (total) order."""
        self.numbered(f"o_{table}", sql, row="row", by="row", order=order, given=given)
