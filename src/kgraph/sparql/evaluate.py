"""Evaluate SPARQL 1.1 queries and updates on a pyoxigraph store.

A running evaluation cannot be interrupted: the engine offers no way (docs/decisions/0004).
"""

from collections.abc import Mapping, Sequence

from pyoxigraph import NamedNode, QueryBoolean, QuerySolutions, QueryTriples, Store

from kgraph.errors import MalformedRequest, QueryEvaluationError
from kgraph.sparql.guard import refuse_egress, silenced
from kgraph.sparql.syntax_errors import explain_syntax_error
from kgraph.sparql.updates import refuse_stated_dataset, split_operations, with_dataset
from kgraph.terms import DEFAULT_GRAPH, graph_node

Answer = QuerySolutions | QueryBoolean | QueryTriples

UNION = NamedNode("urn:x-kgraph:union")
"""Holds every triple once while an update runs; never seen outside."""


def evaluate_query(
    store: Store,
    text: str,
    prefixes: Mapping[str, str],
    *,
    base_iri: str | None = None,
    default_graphs: Sequence[str] = (),
    named_graphs: Sequence[str] = (),
) -> Answer:
    """The answer, lazily; it keeps reading the state the store had when it was asked.

    A dataset given here replaces the one that the text states (SPARQL 1.1 Protocol, 2.1.4).
    `prefixes` are suggested in errors, not added.
    """
    dataset: dict[str, list[NamedNode]] = {}
    if default_graphs or named_graphs:
        dataset["default_graph"] = [NamedNode(_checked(iri)) for iri in default_graphs]
        dataset["named_graphs"] = [NamedNode(_checked(iri)) for iri in named_graphs]
    try:
        answered = silenced(text, update=False, base_iri=base_iri)
        refuse_egress(answered, update=False, base_iri=base_iri)
        return store.query(answered, base_iri=base_iri, **dataset)  # type: ignore[arg-type]
    except SyntaxError as error:
        raise explain_syntax_error(str(error), text, prefixes, base_iri) from None
    except ValueError as error:
        raise MalformedRequest(str(error)) from error
    except (OSError, RuntimeError) as error:
        raise QueryEvaluationError(f"the query cannot be evaluated: {error}") from error


def evaluate_update(
    store: Store,
    text: str,
    prefixes: Mapping[str, str],
    *,
    union: bool,
    base_iri: str | None = None,
    using_graphs: Sequence[str] = (),
    using_named_graphs: Sequence[str] = (),
) -> None:
    """Change `store`; after an error it may be half changed, so hand in one that can be put back.

    With `union`, a WHERE that states no dataset reads every triple of every graph once.
    """
    try:
        text = silenced(text, update=True, base_iri=base_iri)
        refuse_egress(text, update=True, base_iri=base_iri)
        _check_syntax(text, base_iri)
    except SyntaxError as error:
        raise explain_syntax_error(str(error), text, prefixes, base_iri, update=True) from None
    except ValueError as error:
        raise MalformedRequest(str(error)) from error
    operations = split_operations(text)
    given = [*using_graphs, *using_named_graphs]
    if given:
        refuse_stated_dataset(operations)
    elif not union or not any(operation.reads for operation in operations):
        return _run(store, text, base_iri)
    for operation in operations:
        if given:
            default, named = [_checked(i) for i in using_graphs], using_named_graphs
            prepared = with_dataset(operation, default, [_checked(i) for i in named])
        elif operation.reads:
            names = [g.value for g in store.named_graphs() if isinstance(g, NamedNode)]
            _gather(store)
            prepared = with_dataset(operation, [UNION.value], names)
        else:
            prepared = operation
        try:
            _run(store, prepared.text, base_iri)
        finally:
            store.remove_graph(UNION)
    return None


def _check_syntax(text: str, base_iri: str | None) -> None:
    """Let the parser see the whole request before any of it runs, on a store of no account."""
    try:
        Store().update(text, base_iri=base_iri)
    except (OSError, RuntimeError):
        return  # well-formed; what fails on an empty store may be right on the real one


def _run(store: Store, text: str, base_iri: str | None) -> None:
    try:
        store.update(text, base_iri=base_iri)
    except SyntaxError as error:
        raise QueryEvaluationError(f"the update cannot be evaluated: {error}") from error
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryEvaluationError(f"the update cannot be evaluated: {error}") from error


def _gather(store: Store) -> None:
    union = f"GRAPH <{UNION.value}>"
    store.update(
        f"INSERT {{ {union} {{ ?s ?p ?o }} }} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }} ;"
        f"INSERT {{ {union} {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}"
    )


def _checked(iri: str) -> str:
    node = graph_node(iri)
    if node == DEFAULT_GRAPH or any(c in iri for c in '<>"{}|^`\\ '):
        raise MalformedRequest(f"{iri!r} is no absolute IRI, so it names no graph")
    return iri
