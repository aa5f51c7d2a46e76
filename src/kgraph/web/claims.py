"""Who says so: the claims about things, with voice, manner, document and passage."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kgraph.graph import KnowledgeGraph
from kgraph.web.labels import Labels, page_href, select, values

QUERY = """
PREFIX kg: <{terms}>
SELECT ?thing ?claim ?property ?value WHERE {{
  VALUES ?thing {{ {things} }}
  ?claim kg:about|kg:claimSubject ?thing ; ?property ?value .
}}
"""
RESTING = """
PREFIX kg: <{terms}>
SELECT ?thing ?claim ?property ?value WHERE {{
  VALUES ?thing {{ <{passage}> }}
  ?claim kg:evidence ?thing ; ?property ?value .
}}
"""
PASSAGES = """
PREFIX kg: <{terms}>
SELECT ?passage ?property ?value WHERE {{
  VALUES ?passage {{ {passages} }}
  ?passage ?property ?value .
}}
"""


@dataclass(frozen=True)
class Link:
    """Something to click on."""

    iri: str
    label: str
    href: str


@dataclass(frozen=True)
class Passage:
    """Where in a document a claim stands, the words to find it by, and all of it if attached."""

    link: Link
    document: Link | None
    start: int | None
    end: int | None
    phrase: str
    text: str | None = None

    @property
    def parts(self) -> tuple[str, str, str]:
        """The passage's text before, in and after its phrase."""
        before, phrase, after = (self.text or "").partition(self.phrase or "\0")
        return before, phrase, after


@dataclass(frozen=True)
class Claim:
    """One assertion by somebody."""

    link: Link
    statement: str
    voices: tuple[Link, ...] = ()
    relayed: tuple[Link, ...] = ()
    spoken_for: tuple[Link, ...] = ()
    modality: Link | None = None
    polarity: Link | None = None
    denies: bool = False
    value_status: Link | None = None
    of_property: Link | None = None
    notes: tuple[str, ...] = ()
    passages: tuple[Passage, ...] = field(default=())

    @property
    def order(self) -> tuple[int, str]:
        """Put claims in the order of the text."""
        starts = [p.start for p in self.passages if p.start is not None]
        return (min(starts, default=1 << 30), self.link.iri)


Properties = Mapping[str, list[str]]


class ClaimReader:
    """Reads claims of many things with two queries."""

    def __init__(self, graph: KnowledgeGraph, labels: Labels, link: "Linker") -> None:
        """Labels are shared with the rest of the page."""
        self._graph, self._labels, self._link = graph, labels, link
        self._terms = graph.settings.names.terms

    def about(self, things: Iterable[str]) -> Mapping[str, list[Claim]]:
        """Return, for each thing, the claims about it or about one value of it."""
        return self._read(QUERY.format(terms=self._terms, things=values(things)))

    def on(self, passage: str) -> list[Claim]:
        """Return the claims that rest on a passage."""
        return [*self._read(RESTING.format(terms=self._terms, passage=passage)).get(passage, [])]

    def _read(self, text: str) -> Mapping[str, list[Claim]]:
        by_claim: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        owners: dict[str, set[str]] = defaultdict(set)
        for row in select(self._graph, text):
            name = row["property"].value.removeprefix(self._terms)
            by_claim[row["claim"].value][name].append(row["value"].value)
            owners[row["thing"].value].add(row["claim"].value)
        self._labels.load(v for c in by_claim.values() for v in _nodes(c))
        passages = self._passages(p for found in by_claim.values() for p in found["evidence"])
        claims = {iri: self._claim(iri, found, passages) for iri, found in by_claim.items()}
        return {
            thing: sorted((claims[iri] for iri in found), key=lambda claim: claim.order)
            for thing, found in owners.items()
        }

    def one(self, iri: str) -> Claim:
        """Return a claim by its own IRI."""
        text = f"SELECT ?property ?value WHERE {{ <{iri}> ?property ?value }}"
        found: dict[str, list[str]] = defaultdict(list)
        for row in select(self._graph, text):
            found[row["property"].value.removeprefix(self._terms)].append(row["value"].value)
        return self._claim(iri, found, self._passages(found["evidence"]))

    def passage(self, iri: str) -> Passage:
        """Return a passage by its own IRI."""
        return self._passages([iri])[iri]

    def _claim(self, iri: str, found: Properties, passages: Mapping[str, Passage]) -> Claim:
        polarity = next(iter(self._links(found, "polarity")), None)
        return Claim(
            link=self._link(iri),
            statement=self._first(found, "statement"),
            voices=self._links(found, "attributedTo"),
            relayed=self._links(found, "relays"),
            spoken_for=self._links(found, "spokenFor"),
            modality=next(iter(self._links(found, "modality")), None),
            polarity=polarity,
            denies=polarity is not None and not polarity.iri.endswith(AFFIRMS),
            value_status=next(iter(self._links(found, "valueStatus")), None),
            of_property=next(iter(self._links(found, "claimPredicate")), None),
            notes=tuple(sorted(set(found.get("attributionNote", [])))),
            passages=tuple(
                passages[p] for p in sorted(set(found.get("evidence", []))) if p in passages
            ),
        )

    def _passages(self, iris: Iterable[str]) -> Mapping[str, Passage]:
        wanted = sorted(set(iris))
        if not wanted:
            return {}
        text = PASSAGES.format(terms=self._terms, passages=values(wanted))
        by_passage: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for row in select(self._graph, text):
            name = row["property"].value.removeprefix(self._terms)
            by_passage[row["passage"].value][name].append(row["value"].value)
        return {iri: self._passage(iri, found) for iri, found in by_passage.items()}

    def _passage(self, iri: str, found: Properties) -> Passage:
        return Passage(
            link=self._link(iri),
            document=next(iter(self._links(found, "inDocument")), None),
            start=_number(self._first(found, "startOffset")),
            end=_number(self._first(found, "endOffset")),
            phrase=self._first(found, "phrase"),
            text=self._graph.passage_text(iri),
        )

    def _links(self, found: Properties, name: str) -> tuple[Link, ...]:
        return tuple(self._link(iri) for iri in sorted(set(found.get(name, []))))

    @staticmethod
    def _first(found: Properties, name: str) -> str:
        return next(iter(sorted(found.get(name, []))), "")


class Linker:
    """Makes links that carry labels."""

    def __init__(self, graph: KnowledgeGraph, labels: Labels) -> None:
        """Labels come from here."""
        self._graph, self._labels = graph, labels

    def __call__(self, iri: str) -> Link:
        """Return a link to a thing, labelled."""
        return Link(iri, self._labels[iri], page_href(self._graph, iri))


AFFIRMS = "polarity-affirms"
"""The polarity that most claims have, and that no reader needs to be told."""

LINKED = ("attributedTo", "relays", "spokenFor", "modality", "polarity", "valueStatus")


def _nodes(found: Properties) -> Iterable[str]:
    for name in LINKED:
        yield from found.get(name, [])


def _number(text: str) -> int | None:
    return int(text) if text.isdigit() else None
