"""The words that differ between SQL engines; here DuckDB's. Nothing else prints them."""

from collections.abc import Iterable, Sequence

from kgraph.store.going import GOES_ON

SEMI_JOIN = "SEMI JOIN"
ANTI_JOIN = "ANTI JOIN"
UNBOUND = "CAST(NULL AS BIGINT)"
ROW_NUMBER = "row_number() OVER ()"


def quoted(name: str) -> str:
    """A name as SQL writes it, whatever is in it; `x` and `X` stay two, which SQL alone would not.

    >>> quoted('_:b'), quoted('X')
    ('"_:b"', '"^X"')
    """
    if name != name.lower():
        name = "".join("^" + letter if letter != letter.lower() else letter for letter in name)
    return '"' + name.replace('"', '""') + '"'


def table_of(rows: Sequence[Sequence[int | None]], names: Sequence[str]) -> str:
    """A SELECT of identifiers that are known; there is at least one name."""
    columns = ", ".join(quoted(name) for name in names)
    typed = ", ".join(f"CAST({quoted(name)} AS BIGINT) AS {quoted(name)}" for name in names)
    lines = [", ".join("NULL" if one is None else str(one) for one in row) for row in rows]
    if not lines:
        return f"SELECT {', '.join(f'{UNBOUND} AS {quoted(name)}' for name in names)} WHERE false"
    values = ", ".join(f"({line})" for line in lines)
    return f"SELECT {typed} FROM (VALUES {values}) AS listed({columns})"


def create_table(name: str, select: str) -> str:
    """A statement that keeps rows for the rest of the query."""
    return f"CREATE OR REPLACE TEMP TABLE {quoted(name)} AS {select}"


def drop_table(name: str) -> str:
    """A statement that drops such rows."""
    return f"DROP TABLE IF EXISTS {quoted(name)}"


def with_tables(tables: Iterable[tuple[str, str]], select: str) -> str:
    """A SELECT over others that are computed once."""
    given = ", ".join(f"{quoted(name)} AS MATERIALIZED ({sql})" for name, sql in tables)
    return f"WITH {given} {select}" if given else select


def recursion(
    name: str,
    columns: Sequence[str],
    base: str,
    step: str,
    *given: tuple[str, str],
    query: int,
) -> str:
    """A SELECT of all that the steps add to the base, each row once; `given` is computed once.

    In each round it is asked whether the query of this number (`kgraph.store.going`) may go on.
    """
    asked = f"SELECT n FROM (VALUES ({query}), (-1)) AS v(n) WHERE n = {query} AND {GOES_ON}(n)"
    step = f"SELECT taken.* FROM ({step}) AS taken, ({asked}) AS asked"
    shown = ", ".join(columns)
    before = "".join(f"{quoted(table)} AS MATERIALIZED ({sql}), " for table, sql in given)
    return (
        f"WITH RECURSIVE {before}{quoted(name)}({shown}) AS ({base} UNION {step}) "
        f"SELECT {shown} FROM {quoted(name)}"
    )
