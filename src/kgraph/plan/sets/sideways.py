"""What one side of a join says of the other: values from which paths are walked.

A path with a variable that the rest of the join binds is only wanted from the values it has there.
So the rest comes first, is kept, and hands its values down.
"""

from collections.abc import Mapping
from dataclasses import replace

from kgraph.plan.algebra import (
    BGP,
    Distinct,
    Extend,
    Filter,
    Graph,
    Join,
    LeftJoin,
    Minus,
    PathPattern,
    Pattern,
    Project,
    Reduced,
    Union,
    Variable,
)
from kgraph.plan.sets.compiler import Compiler, Scope, Seeds
from kgraph.plan.sets.relation import Relation, quoted
from kgraph.plan.sets.walks import recursive


def wanted(pattern: Pattern) -> frozenset[str]:
    """Variables whose values, if they were known, would shorten walks in a pattern."""
    match pattern:
        case PathPattern(subject, path, object_):
            ends = [end.name for end in (subject, object_) if isinstance(end, Variable)]
            open_ended = not any(_constant(end) for end in (subject, object_))
            return frozenset(ends if open_ended and recursive(path) else ())
        case Join(left, right) | Union(left, right):
            return wanted(left) | wanted(right)
        case LeftJoin(left, _, _) | Minus(left, _):
            return wanted(left)
        case Filter(_, inner) | Distinct(inner) | Reduced(inner) | Graph(_, inner):
            return wanted(inner)
        case Extend(inner, variable, _):
            return wanted(inner) - {variable.name}
        case Project(inner, shown):
            return wanted(inner) & {variable.name for variable in shown}
        case _:
            return frozenset()


def _constant(end: object) -> bool:
    return not isinstance(end, Variable)


def seeded(
    compiler: Compiler, relation: Relation, names: frozenset[str], known: frozenset[str]
) -> tuple[Relation, Mapping[str, Seeds]]:
    """The relation, kept, and its values of those variables that it surely binds.

    `known` are variables that are nodes of the active graph for sure.
    """
    given = [c.name for c in relation.columns if c.name in names and not c.nullable]
    if not given:
        return relation, {}
    kept = compiler.materialize(relation)
    seeds = {
        name: Seeds(f"SELECT DISTINCT {quoted(name)} AS s FROM ({kept.sql}) AS k", name in known)
        for name in given
    }
    return kept, seeds


def nodes_of(pattern: Pattern) -> frozenset[str]:
    """Variables that a pattern surely binds to subjects or objects of the active graph."""
    match pattern:
        case BGP(triples):
            ends = (end for triple in triples for end in (triple.subject, triple.object))
            return frozenset(end.name for end in ends if isinstance(end, Variable))
        case Join(left, right):
            return nodes_of(left) | nodes_of(right)
        case LeftJoin(inner, _, _) | Minus(inner, _) | Filter(_, inner) | Extend(inner, _, _):
            return nodes_of(inner)
        case Distinct(inner) | Reduced(inner):
            return nodes_of(inner)
        case Project(inner, shown):
            return nodes_of(inner) & {variable.name for variable in shown}
        case _:
            return frozenset()


def with_seeds(scope: Scope, seeds: Mapping[str, Seeds]) -> Scope:
    """The scope in which variables have at most these values, beside those it knows of."""
    return replace(scope, seeds={**scope.seeds, **seeds})


def without_seeds(scope: Scope) -> Scope:
    """The scope of a part whose rows are not only used where a join wants them."""
    return replace(scope, seeds={}) if scope.seeds else scope
