"""What pyoxigraph says of a validation result that only one of two has.

It can be asked about what is a matter of values or of a query: datatypes, ranges, pairs of
properties, SPARQL constraints. If it says what we say, rdflib or pyshacl errs.
"""

from collections.abc import Iterable
from functools import cached_property

import pyoxigraph as ox
from rdflib.namespace import SH

from kgraph.audit.model import Fact, Reason
from kgraph.shacl.model import (
    Constraint,
    Datatype,
    LessThan,
    Shapes,
    SparqlConstraint,
    ValueRange,
)
from kgraph.terms import Term
from kgraph.vocab import OWL, RDF, RDFS, XSD

OUTSIDE = "pyoxigraph says what we say and pyshacl does not"
DATATYPE = Reason("text of a datatype", f"{OUTSIDE}: whether a text has the type.", "SHACL, 4.1.2")
ORDER = Reason("order of values", f"{OUTSIDE}: how two values compare.", "SHACL, 4.3, 4.5.3, 4.5.4")
QUERY = Reason("answer of a query", f"{OUTSIDE}: whether the query has the solution.", "SHACL, 5.3")
NAMES = """boolean double float decimal integer dateTime date time duration dayTimeDuration
    yearMonthDuration gYear gYearMonth gMonth gMonthDay gDay"""
CASTS = {XSD + name for name in NAMES.split()}
"""Datatypes whose texts pyoxigraph can read."""


class Third:
    """Asks pyoxigraph over the data that was validated."""

    def __init__(self, facts: Iterable[Fact], shapes: Shapes) -> None:
        """The data is put into a store when it is asked for the first time."""
        self._facts, self._shapes = list(facts), shapes

    def reason(
        self, shape: str, component: str, focus: Term, value: Term | None, *, stands: bool
    ) -> Reason | None:
        """Why pyshacl is wrong, where pyoxigraph agrees that the result stands, or does not."""
        found = self._shapes.by_name.get(shape)
        constraints = [c for c in found.constraints if c.iri == component] if found else []
        said = [self._says(one, focus, value) for one in constraints]
        verdicts = {verdict for verdict, _ in said}
        if not said or None in verdicts or (True in verdicts) != stands:
            return None
        return said[0][1]

    def _says(
        self, constraint: Constraint, focus: Term, value: Term | None
    ) -> tuple[bool | None, Reason]:
        """Whether a constraint is violated, None where pyoxigraph cannot tell."""
        if isinstance(constraint, Datatype):
            return _lacks(value, constraint.datatype), DATATYPE
        if isinstance(constraint, ValueRange):
            return not _compares(value, constraint.operator, constraint.bound), ORDER
        if isinstance(constraint, LessThan):
            operator = "<=" if constraint.or_equals else "<"
            others = [o for s, p, o in self._facts if s == focus and p == constraint.predicate]
            return not all(_compares(value, operator, other) for other in others), ORDER
        if isinstance(constraint, SparqlConstraint):
            return self._selects(constraint, focus, value), QUERY
        return None, QUERY

    def _selects(
        self, constraint: SparqlConstraint, focus: Term, value: Term | None
    ) -> bool | None:
        if constraint.uses_shapes or "PATH" in constraint.text:
            return None
        this = {ox.Variable("this"): focus}
        answer = self._store.query(constraint.text, prefixes=self._prefixes, substitutions=this)
        assert isinstance(answer, ox.QuerySolutions)
        if "value" not in {variable.value for variable in answer.variables}:
            return next(iter(answer), None) is not None
        return any(row["value"] == value for row in answer)

    @cached_property
    def _store(self) -> ox.Store:
        store = ox.Store()
        store.bulk_extend(ox.Quad(*fact) for fact in self._facts)  # type: ignore[arg-type]
        return store

    @cached_property
    def _prefixes(self) -> dict[str, str]:
        graph = self._shapes.graph
        declared = (
            (graph.value(node, SH.prefix), graph.value(node, SH.namespace))
            for node in graph.objects(None, SH.declare)
        )
        known = {"rdf": RDF, "rdfs": RDFS, "owl": OWL}
        return known | {str(prefix): str(namespace) for prefix, namespace in declared}


def _lacks(value: Term | None, datatype: ox.NamedNode) -> bool | None:
    if not isinstance(value, ox.Literal) or value.datatype != datatype:
        return True
    if datatype.value not in CASTS:
        return None
    text = ox.Literal(value.value)
    return not _ask(f"BIND({datatype}({text}) AS ?read) FILTER(BOUND(?read))")


def _compares(value: Term | None, operator: str, other: Term) -> bool:
    if any(isinstance(term, ox.Literal) and term.language for term in (value, other)):
        return False  # SPARQL 1.1, 17.3 has no order for these; pyoxigraph adds one
    return value is not None and _ask(
        f"VALUES (?one ?other) {{ ({value} {other}) }} FILTER(?one {operator} ?other)"
    )


def _ask(pattern: str) -> bool:
    return bool(ox.Store().query(f"ASK {{ {pattern} }}"))
