"""Random clauses of every form that OWL 2 RL has, and random changes, over few terms."""

from hypothesis import strategies as st
from tests.unit.reason.points.scratch import iri, literal

from kgraph.reason.clauses import Atom, Clause, Condition, Part, TripleKey
from kgraph.reason.points import Ruled

TYPE, SAME, DIFFERENT = iri(1), iri(2), iri(3)
CLASSES = [iri(10 + n) for n in range(4)]
PROPERTIES = [iri(20 + n) for n in range(4)]
PEOPLE = [iri(30 + n) for n in range(5)]
VALUES = [literal(40 + n) for n in range(2)]


def a(variable: str, class_: Part) -> Atom:
    return Atom(variable, TYPE, class_)


def unlike(one: str, other: str) -> tuple[Condition, ...]:
    return (Condition("different", (one, other)),)


X, Y, Z = "x", "y", "z"

EQUALITY = [
    Clause("eq-sym", (Atom(X, SAME, Y),), Atom(Y, SAME, X)),
    Clause("eq-trans", (Atom(X, SAME, Y), Atom(Y, SAME, Z)), Atom(X, SAME, Z)),
    Clause("eq-rep-s", (Atom(X, SAME, Y), Atom(X, "p", "o")), Atom(Y, "p", "o")),
    Clause("eq-rep-p", (Atom("p", SAME, "q"), Atom(X, "p", Y)), Atom(X, "q", Y)),
    Clause("eq-rep-o", (Atom(X, SAME, Y), Atom("s", "p", X)), Atom("s", "p", Y)),
    Clause("eq-diff1", (Atom(X, SAME, Y), Atom(X, DIFFERENT, Y)), None),
]


@st.composite
def clauses(draw: st.DrawFn) -> Clause:
    """One clause as an axiom would give it."""
    one, two, three = (draw(st.sampled_from(PROPERTIES)) for _ in range(3))
    b, c, d = (draw(st.sampled_from(CLASSES)) for _ in range(3))
    person, value = draw(st.sampled_from(PEOPLE)), draw(st.sampled_from(VALUES))
    return draw(
        st.sampled_from(
            [
                Clause("cax-sco", (a(X, b),), a(X, c)),
                Clause("prp-spo1", (Atom(X, one, Y),), Atom(X, two, Y)),
                Clause("prp-dom", (Atom(X, one, Y),), a(X, b)),
                Clause("prp-rng", (Atom(X, one, Y),), a(Y, b)),
                Clause("prp-inv1", (Atom(X, one, Y),), Atom(Y, two, X)),
                Clause("prp-symp", (Atom(X, one, Y),), Atom(Y, one, X)),
                Clause("prp-trp", (Atom(X, one, Y), Atom(Y, one, Z)), Atom(X, one, Z)),
                Clause("prp-spo2", (Atom(X, one, Y), Atom(Y, two, Z)), Atom(X, three, Z)),
                Clause(
                    "prp-spo2",
                    (Atom(X, one, Y), Atom(Y, two, Z), Atom(Z, three, "w")),
                    Atom(X, one, "w"),
                ),
                Clause(
                    "prp-fp", (Atom(X, one, Y), Atom(X, one, Z)), Atom(Y, SAME, Z), unlike(Y, Z)
                ),
                Clause(
                    "prp-ifp", (Atom(Y, one, X), Atom(Z, one, X)), Atom(Y, SAME, Z), unlike(Y, Z)
                ),
                Clause(
                    "prp-key",
                    (a(X, b), Atom(X, one, "v"), a(Y, b), Atom(Y, one, "v")),
                    Atom(X, SAME, Y),
                    unlike(X, Y),
                ),
                Clause("cls-int1", (a(X, b), a(X, c)), a(X, d)),
                Clause("cls-svf1", (Atom(X, one, Y), a(Y, b)), a(X, c)),
                Clause("cls-avf", (a(X, b), Atom(X, one, Y)), a(Y, c)),
                Clause("cls-hv1", (a(X, b),), Atom(X, one, value)),
                Clause("cls-hv2", (Atom(X, one, person),), a(X, b)),
                Clause("cls-oo", (), a(person, b)),  # type: ignore[arg-type]
                Clause(
                    "dt-range", (Atom(X, one, Y),), a(X, b), (Condition("of datatype", (Y, d)),)
                ),
                Clause("avf-no", (Atom(X, one, Y),), None, (Condition("not of datatype", (Y, d)),)),
                Clause(
                    "dt-diff",
                    (Atom(X, one, Y), Atom(X, one, Z)),
                    None,
                    (Condition("other value", (Y, Z)),),
                ),
                Clause("dt-not-type", (Atom(X, one, Y),), None, (Condition("ill typed", (Y,)),)),
                Clause("of-literals", (Atom(X, one, Y),), a(X, c), (Condition("literal", (Y,)),)),
                Clause("of-others", (Atom(X, one, Y),), a(Y, c), (Condition("not literal", (Y,)),)),
                Clause("cax-dw", (a(X, b), a(X, c)), None),
                Clause("prp-irp", (Atom(X, one, X),), None),
                Clause("prp-asyp", (Atom(X, one, Y), Atom(Y, one, X)), None),
            ]
        )
    )


@st.composite
def programs(draw: st.DrawFn, *, levels: bool) -> list[Ruled]:
    """Clauses, each of them once, with the rules of equality or without."""
    chosen = draw(st.lists(clauses(), min_size=1, max_size=7, unique=True))
    chosen += EQUALITY if draw(st.booleans()) else []
    return [
        Ruled(one, draw(st.sampled_from([7, 7, 6])) if levels else 7, draw(st.sampled_from([0, 2])))
        for one in chosen
    ]


@st.composite
def triples(draw: st.DrawFn) -> TripleKey:
    """A fact about few people, so that facts meet."""
    person = st.sampled_from(PEOPLE)
    kind = draw(st.sampled_from(["type", "link", "link", "link", "value", "same", "same", "other"]))
    if kind == "type":
        return draw(person), TYPE, draw(st.sampled_from(CLASSES))
    if kind == "same":
        return draw(person), SAME, draw(person)
    if kind == "other":
        word = draw(st.sampled_from([SAME, DIFFERENT]))
        return draw(st.sampled_from(PROPERTIES)), word, draw(st.sampled_from(PROPERTIES + VALUES))
    objects = PEOPLE if kind == "link" else VALUES
    return draw(person), draw(st.sampled_from(PROPERTIES)), draw(st.sampled_from(objects))


def changes(*, levels: bool, nested: bool = True) -> st.SearchStrategy[list[dict[TripleKey, int]]]:
    """A sequence of changes: triples with the levels at which they are given from then on."""
    masks = st.sampled_from([7, 6, 4, 0, 0] if levels else [7, 7, 0])
    if not nested:
        masks = st.integers(0, 7)
    return st.lists(st.dictionaries(triples(), masks, max_size=6), min_size=1, max_size=5)
