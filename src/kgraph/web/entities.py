"""Reads one thing as a page shows it: facts with their status, records one level deep, voices.

Nothing here knows Flask.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    parse,
)

from kgraph.graph import KnowledgeGraph
from kgraph.provenance import Explainer
from kgraph.vocab import OWL, RDF, RDFS, SKOS
from kgraph.web.claims import Claim, ClaimReader, Link, Linker
from kgraph.web.labels import Labels, select, values
from kgraph.web.views import Entity, Fact, Group, Record, Value

RECORDS_SHOWN = 80
RULES_NAMED = 80
LINKS_SHOWN = 12
"""More than this of one kind is counted and left to a query."""

QUIET = frozenset(
    {
        RDF + "type",
        RDFS + "label",
        RDFS + "comment",
        SKOS + "prefLabel",
        SKOS + "altLabel",
        SKOS + "definition",
        OWL + "sameAs",
    }
)
"""Predicates that the head of a page shows, or that say nothing to a reader."""


Described = dict[str, list[Quad]]


class EntityReader:
    """Reads the page of one thing with a dozen queries, however much it is linked."""

    def __init__(self, graph: KnowledgeGraph, iri: str) -> None:
        """Nothing is read yet."""
        self.graph, self.iri = graph, iri
        self.names = graph.settings.names
        self.labels = Labels(graph)
        self.link = Linker(graph, self.labels)
        self.claims = ClaimReader(graph, self.labels, self.link)
        self.hidden = QUIET | {self.names.term("epistemicStatus").value}
        claim_links = ("about", "claimSubject", "claimObject", "evidence", "statusOfRecord")
        self.edtf = self.names.term("edtf").value
        self.bounds = frozenset(self.names.term(name).value for name in BOUNDS)
        self.claim_links = frozenset(self.names.term(name).value for name in claim_links)

    def read(self, quads: list[Quad]) -> Entity:
        """Make the page's content from the quads that describe the thing."""
        outgoing = [q for q in quads if _iri(q.subject) == self.iri]
        incoming = [q for q in quads if _iri(q.object) == self.iri and _iri(q.subject) != self.iri]
        neighbours = {iri for q in outgoing for iri in [_iri(q.object)] if iri}
        neighbours |= {iri for q in incoming for iri in [_iri(q.subject)] if iri}
        kinds = self._kinds([self.iri, *neighbours])
        records = self._records(outgoing, incoming, kinds)
        self.labels.load([self.iri, *neighbours, *(q.predicate.value for q in quads)])
        about = self.claims.about([self.iri]).get(self.iri, [])
        shown = {record.link.iri for found in records.values() for record in found}
        types = self._all_types(outgoing)
        own = self.names.term("Claim").value in types
        passage = None
        if self.names.term("Passage").value in types:
            passage, about = self.claims.passage(self.iri), self.claims.on(self.iri)
        if own or passage:
            self.hidden |= {self.names.term(name).value for name in TOLD_BY_THE_CARD}
        return Entity(
            link=self.link(self.iri),
            kinds=tuple(self.link(kind) for kind in self._narrowest(outgoing)),
            status=self._status(outgoing),
            names=_literals(outgoing, SKOS + "altLabel"),
            definitions=_literals(outgoing, SKOS + "definition", RDFS + "comment"),
            facts=tuple(self._with_rules(self._facts(outgoing, skip=shown))),
            records=records,
            claims=tuple(about),
            incoming=tuple(self._incoming(incoming, skip=shown)),
            graphs=tuple(self.link(name) for name in sorted(_graphs(quads))),
            own_claim=self.claims.one(self.iri) if own else None,
            own_passage=passage,
        )

    # What things are

    def _kinds(self, iris: Iterable[str]) -> Mapping[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        text = f"SELECT ?s ?t WHERE {{ VALUES ?s {{ {values(sorted(set(iris)))} }} ?s a ?t }}"
        for row in select(self.graph, text):
            found[row["s"].value].add(row["t"].value)
        return found

    @staticmethod
    def _all_types(outgoing: Iterable[Quad]) -> set[str]:
        return {
            iri for q in outgoing if q.predicate.value == RDF + "type" and (iri := _iri(q.object))
        }

    def _narrowest(self, outgoing: Iterable[Quad]) -> list[str]:
        return self.narrowest(self._all_types(outgoing))

    def narrowest(self, kinds: set[str]) -> list[str]:
        """Leave out the classes that another class of the same thing implies."""
        ours = {kind for kind in kinds if not kind.startswith(OWL)} or kinds
        if len(ours) < 2:
            return sorted(ours)
        rows = select(
            self.graph,
            f"SELECT ?a ?b WHERE {{ VALUES ?a {{ {values(sorted(ours))} }} "
            f"?a <{RDFS}subClassOf>+ ?b FILTER(?a != ?b) }}",
        )
        above = {row["b"].value for row in rows}
        status = {self.names.term(name).value for name in STATUS_CLASSES}
        return sorted(ours - above - status) or sorted(ours - above) or sorted(ours)

    def _status(self, outgoing: Iterable[Quad]) -> Link | None:
        wanted = self.names.term("epistemicStatus").value
        found = sorted(
            iri for q in outgoing if q.predicate.value == wanted and (iri := _iri(q.object))
        )
        return self.link(found[0]) if found else None

    # Facts

    def _facts(self, outgoing: Iterable[Quad], skip: set[str]) -> Iterator[Fact]:
        by_property: dict[str, dict[str, list[Quad]]] = defaultdict(lambda: defaultdict(list))
        for quad in outgoing:
            if quad.predicate.value not in self.hidden and _iri(quad.object) not in skip:
                by_property[quad.predicate.value][str(quad.object)].append(quad)
        for name in sorted(by_property, key=lambda iri: self.labels[iri]):
            found = (self._value(quads) for quads in by_property[name].values())
            yield Fact(self.link(name), tuple(sorted(found, key=lambda value: value.order)))

    def _value(self, quads: list[Quad]) -> Value:
        one, inferred = quads[0], all(self._computed(quad) for quad in quads)
        why = f"{one.subject} {one.predicate} {one.object} ." if inferred else ""
        if isinstance(one.object, Literal):
            datatype = one.object.datatype.value
            language = one.object.language or ""
            return Value(one.object.value, None, language, datatype, inferred, why)
        iri = _iri(one.object)
        if iri is None:
            return Value(str(one.object), inferred=inferred, why=why)
        link = self.link(iri)
        return Value(link.label, link, inferred=inferred, why=why)

    def _with_rules(self, facts: Iterable[Fact]) -> Iterator[Fact]:
        """Name the rule of each inferred value, of as many as a page has time for."""
        left = RULES_NAMED
        with self.graph.explainer() as explainer:
            for fact in facts:
                found = []
                for value in fact.values:
                    if value.inferred and left:
                        left -= 1
                        found.append(_with_rule(value, explainer))
                    else:
                        found.append(value)
                yield replace(fact, values=tuple(found))

    def _computed(self, quad: Quad) -> bool:
        return (_graph_name(quad) or "").startswith(self.names.inferred)

    # Records around the thing

    def _records(
        self, outgoing: list[Quad], incoming: list[Quad], kinds: Mapping[str, set[str]]
    ) -> Mapping[str, list[Record]]:
        record = self.names.term("Record").value
        roles: dict[str, tuple[bool, str]] = {}
        for quad in incoming:
            iri = _iri(quad.subject)
            if (
                iri
                and record in kinds.get(iri, ())
                and quad.predicate.value not in self.claim_links
            ):
                candidate = (self._computed(quad), quad.predicate.value)
                roles[iri] = min(roles.get(iri, candidate), candidate)
        if not 0 < len(roles) <= RECORDS_SHOWN:
            return {}
        described, pointing = self._described(roles)
        self._load_labels(described, pointing)
        claims = self.claims.about(roles)
        grouped: dict[str, list[Record]] = defaultdict(list)
        for iri, (_, role) in roles.items():
            made = self._record(iri, role, described[iri], pointing[iri], claims.get(iri, []))
            grouped[made.kind.label if made.kind else "record"].append(made)
        return {
            kind: sorted(found, key=lambda one: one.link.label)
            for kind, found in sorted(grouped.items(), key=self._importance)
        }

    def _importance(self, group: tuple[str, list[Record]]) -> tuple[int, str]:
        """Put what is done to people before what is said of them."""
        kind = group[1][0].kind
        name = kind.iri.removeprefix(self.names.terms) if kind else ""
        place = FOREMOST.index(name) if name in FOREMOST else len(FOREMOST)
        return (place, group[0])

    def _record(
        self, iri: str, role: str, quads: list[Quad], pointing: list[Quad], claims: list[Claim]
    ) -> Record:
        narrowest = self._narrowest(quads)
        dated = any(quad.predicate.value == self.edtf for quad in quads)
        facts = [
            fact
            for fact in self._facts(quads, skip={self.iri})
            if not fact.inferred and not (dated and fact.predicate.iri in self.bounds)
        ]
        related: dict[str, list[Value]] = defaultdict(list)
        for quad in pointing:
            subject = _iri(quad.subject)
            if subject and subject != self.iri and not self._computed(quad):
                link = self.link(subject)
                related[quad.predicate.value].append(Value(link.label, link))
        return Record(
            link=self.link(iri),
            kind=self.link(narrowest[0]) if narrowest else None,
            role=self.labels[role],
            when=self._when(quads),
            status=self._status(quads),
            facts=tuple(facts),
            related=tuple(
                Fact(self.link(name), tuple(sorted(found, key=lambda value: value.text)))
                for name, found in sorted(related.items())
            ),
            claims=tuple(claims),
        )

    def _when(self, quads: list[Quad]) -> str:
        """The date of a record: as EDTF has it, or else its first day."""
        found = {q.predicate.value: getattr(q.object, "value", "") for q in quads}
        names = ("edtf", "startEarliest", "attestedOn")
        return next((found[n] for n in map(self._term, names) if n in found), "")

    def _term(self, name: str) -> str:
        return self.names.term(name).value

    def _described(self, iris: Iterable[str]) -> tuple[Described, Described]:
        """Return, for each thing, what is said of it and what points at it, claims left out."""
        said: Described = {}
        pointing: Described = {}
        for iri in iris:
            quads = list(self.graph.describe(iri))
            said[iri] = [q for q in quads if _iri(q.subject) == iri]
            pointing[iri] = [
                q
                for q in quads
                if _iri(q.subject) != iri and q.predicate.value not in self.claim_links
            ]
        return said, pointing

    def _load_labels(self, *described: Described) -> None:
        wanted: set[str] = set()
        for found in described:
            for quads in found.values():
                for quad in quads:
                    parts = (quad.subject, quad.predicate, quad.object)
                    wanted |= {iri for part in parts if (iri := _iri(part))}
        self.labels.load(wanted)

    # Links from elsewhere

    def _incoming(self, incoming: Iterable[Quad], skip: set[str]) -> Iterator[Group]:
        by_property: dict[str, set[str]] = defaultdict(set)
        for quad in incoming:
            iri = _iri(quad.subject)
            if iri and iri not in skip and quad.predicate.value not in self.claim_links:
                by_property[quad.predicate.value].add(iri)
        for name in sorted(by_property, key=lambda iri: self.labels[iri]):
            links = sorted((self.link(iri) for iri in by_property[name]), key=lambda at: at.label)
            yield Group(self.link(name), tuple(links[:LINKS_SHOWN]), len(links))


FOREMOST = (
    "CriminalCase",
    "Charge",
    "Verdict",
    "Sentence",
    "Detention",
    "HouseArrest",
    "Participation",
    "Affiliation",
    "Recognition",
)
BOUNDS = ("startEarliest", "startLatest", "endEarliest", "endLatest")
"""Dates that one EDTF text says again, shorter; the page of the record itself shows them."""

TOLD_BY_THE_CARD = (
    "statement",
    "attributedTo",
    "relays",
    "spokenFor",
    "modality",
    "polarity",
    "evidence",
    "attributionNote",
    "inDocument",
    "startOffset",
    "endOffset",
    "phrase",
)
"""What the card of a claim or a passage says, and a list of facts need not say again."""

STATUS_CLASSES = (
    "Usable",
    "Established",
    "Reported",
    "Alleged",
    "Disputed",
    "Denied",
    "Planned",
    "Retracted",
)
"""Classes that say again what the status says."""


def _with_rule(value: Value, explainer: Explainer) -> Value:
    [quad] = parse(value.why, RdfFormat.N_TRIPLES)
    proof = explainer.derivation(quad.triple)
    return value if proof is None else replace(value, rule=proof.rule, rule_title=proof.title)


def _iri(term: object) -> str | None:
    return term.value if isinstance(term, NamedNode) else None


def _graph_name(quad: Quad) -> str | None:
    return quad.graph_name.value if isinstance(quad.graph_name, NamedNode | BlankNode) else None


def _graphs(quads: Iterable[Quad]) -> set[str]:
    return {
        q.graph_name.value
        for q in quads
        if not isinstance(q.graph_name, DefaultGraph) and isinstance(q.graph_name, NamedNode)
    }


def _literals(quads: Iterable[Quad], *predicates: str) -> tuple[Value, ...]:
    found = {
        (q.object.value, q.object.language or "")
        for q in quads
        if q.predicate.value in predicates and isinstance(q.object, Literal)
    }
    return tuple(Value(text, language=language) for text, language in sorted(found))
