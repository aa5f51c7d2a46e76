"""What need not be told: inferred triples about the built-in vocabulary, nameless classes, selves.

The same as `reason.owl2rl.noise`, in SQL over the dictionary of a store.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import duckdb
from pyoxigraph import NamedNode

from kgraph.identifiers import SHIFT, Tag
from kgraph.reason.sets.program import LITERALS
from kgraph.vocab import OWL, RDF, RDFS, XSD

BUILT_IN = (RDF, RDFS, OWL, XSD)
REFLEXIVE = tuple(
    [OWL + name for name in ("sameAs", "equivalentClass", "equivalentProperty")]
    + [RDFS + name for name in ("subClassOf", "subPropertyOf")]
)
OF_CLASSES = (
    RDF + "type",
    OWL + "equivalentClass",
    *(RDFS + name for name in ("subClassOf", "domain", "range")),
)
_MARKS = "onProperty intersectionOf unionOf complementOf oneOf members distinctMembers"
EXPRESSION_MARKS = (RDF + "first", *(OWL + name for name in _MARKS.split()))
IRIS = int(Tag.IRI) << SHIFT
_BUILT_IN, _HIDDEN = "closure_built_in", "closure_hidden"


@dataclass(frozen=True)
class Noise:
    """The identifiers of what noise is made of."""

    reflexive: tuple[int, ...]
    of_classes: tuple[int, ...]
    marks: tuple[int, ...]

    @classmethod
    def known(cls, id_of: Callable[[NamedNode], int | None]) -> "Noise":
        """Those of a store; what it has never seen it cannot infer."""

        def ids(names: Iterable[str]) -> tuple[int, ...]:
            return tuple(n for name in names if (n := id_of(NamedNode(name))) is not None)

        return cls(ids(REFLEXIVE), ids(OF_CLASSES), ids(EXPRESSION_MARKS))

    @classmethod
    def selves(cls, id_of: Callable[[NamedNode], int | None]) -> "Noise":
        """That something is the same as itself, and no more."""
        same = id_of(NamedNode(OWL + "sameAs"))
        return cls(() if same is None else (same,), (), ())

    def without(self, cursor: duckdb.DuckDBPyConnection, inferred: str, facts: str) -> str:
        """A SELECT of inferred rows that tell something; `facts` is a FROM item of all triples.

        Makes temporary tables that are read by it.
        """
        rdf = f"s < {LITERALS} AND p >= {IRIS} AND p < {LITERALS}"
        told = f"NOT (s = o AND p IN ({_list(self.reflexive)}))"
        if not self.of_classes:
            return f"SELECT s, p, o, round, mask FROM ({inferred}) WHERE {rdf} AND {told}"
        names = " OR ".join(f"starts_with(lexical, '{name}')" for name in BUILT_IN)
        cursor.execute(
            f"CREATE OR REPLACE TEMP TABLE {_BUILT_IN} AS SELECT id FROM term "
            f"WHERE id >= {IRIS} AND id < {LITERALS} AND ({names})"
        )
        cursor.execute(
            f"CREATE OR REPLACE TEMP TABLE {_HIDDEN} AS SELECT DISTINCT s AS id FROM {facts} "
            f"WHERE p IN ({_list(self.marks)}) AND s < {IRIS} "
            f"UNION ALL SELECT id FROM {_BUILT_IN}"
        )
        built_in = f"(SELECT id FROM {_BUILT_IN})"
        hidden = f"(SELECT id FROM {_HIDDEN})"
        nameless = f"(SELECT id FROM {_HIDDEN} WHERE id < {IRIS})"
        return f"""SELECT s, p, o, round, mask FROM ({inferred})
            WHERE {rdf} AND {told} AND s NOT IN {hidden} AND o NOT IN {nameless}
            AND NOT (p IN ({_list(self.of_classes)}) AND (o < {IRIS} OR o IN {built_in}))"""


def _list(ids: Iterable[int]) -> str:
    return ", ".join(map(str, ids)) or "-1"
