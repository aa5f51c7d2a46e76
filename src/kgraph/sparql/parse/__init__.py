"""SPARQL 1.2 text to the algebra of `kgraph.plan`: tokens, grammar and translation in one pass.

The grammar is section 19.8 of SPARQL 1.2 Query (which has all of 1.1), the translation 18.2 of 1.1.
"""

from collections.abc import Mapping

from kgraph.errors import Place, QuerySyntaxError
from kgraph.plan.operations import Query, Update
from kgraph.sparql.parse.updates import Updates
from kgraph.vocab import Names

__all__ = ["parse_query", "parse_update"]

_PREFIXES = Names().prefixes


def parse_query(
    text: str, *, base_iri: str | None = None, prefixes: Mapping[str, str] = _PREFIXES
) -> Query:
    """The query that a text is.

    `prefixes` are suggested for one that is not declared, and declare nothing. Raises
    QuerySyntaxError with line, column, what was found and what was expected.

    >>> query = parse_query("SELECT ?s { ?s a <http://example.com/Case> } LIMIT 5")
    >>> query.variables, query.pattern.limit
    ((Variable(name='s'),), 5)
    """
    try:
        return Updates(text, base_iri, prefixes).query()
    except RecursionError:
        raise _too_deep() from None


def parse_update(
    text: str, *, base_iri: str | None = None, prefixes: Mapping[str, str] = _PREFIXES
) -> tuple[Update, ...]:
    """The operations that a text is, in order; as `parse_query` otherwise."""
    try:
        return Updates(text, base_iri, prefixes).updates()
    except RecursionError:
        raise _too_deep() from None


def _too_deep() -> QuerySyntaxError:
    return QuerySyntaxError("brackets are nested too deeply", Place("query"), cure="Take it apart")
