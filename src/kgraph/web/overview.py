"""What a graph holds, as bars: how firmly things are said, who says them, and when they were."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from kgraph.graph import KnowledgeGraph
from kgraph.web.claims import Linker
from kgraph.web.labels import select

VOICES_SHOWN = 8
MONTHS_SHOWN = 12
PREFIXES = "PREFIX kg: <{terms}> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
STATUSES = (
    "SELECT ?thing (COUNT(DISTINCT ?record) AS ?n) WHERE { ?record kg:epistemicStatus ?thing } "
    "GROUP BY ?thing"
)
VOICES = (
    "SELECT ?thing (COUNT(DISTINCT ?claim) AS ?n) WHERE { ?claim a kg:Claim ; "
    f"kg:attributedTo ?thing }} GROUP BY ?thing ORDER BY DESC(?n) ?thing LIMIT {VOICES_SHOWN}"
)
MONTHS = (
    "SELECT ?month (COUNT(?event) AS ?n) WHERE { { SELECT ?event (MIN(STR(?day)) AS ?first) "
    "WHERE { ?event a kg:Event ; kg:startEarliest ?day } GROUP BY ?event } "
    "BIND(SUBSTR(?first, 1, 7) AS ?month) } GROUP BY ?month ORDER BY ?month"
)
FIRMEST_FIRST = ("established", "reported", "alleged", "disputed", "denied", "planned", "retracted")


@dataclass(frozen=True)
class Bar:
    """One bar: its length is a share of the longest, or of all."""

    label: str
    href: str
    count: int
    percent: float
    kind: str = ""


@dataclass(frozen=True)
class Overview:
    """The pictures of the front page; each may be empty."""

    statuses: tuple[Bar, ...]
    voices: tuple[Bar, ...]
    months: tuple[Bar, ...]

    @property
    def any(self) -> bool:
        """Whether there is anything to look at."""
        return bool(self.statuses or self.voices or self.months)


def overview(graph: KnowledgeGraph, link: Linker) -> Overview:
    """Count, for the pictures of the front page."""
    prefixes = PREFIXES.format(terms=graph.settings.names.terms)
    months = {row["month"].value: int(row["n"].value) for row in select(graph, prefixes + MONTHS)}
    return Overview(
        _statuses(_counts(graph, prefixes + STATUSES), link, graph),
        _voices(_counts(graph, prefixes + VOICES), link),
        _months(months, graph.evaluation_date(), graph),
    )


def _counts(graph: KnowledgeGraph, query: str) -> Mapping[str, int]:
    return {row["thing"].value: int(row["n"].value) for row in select(graph, query)}


def _statuses(counts: Mapping[str, int], link: Linker, graph: KnowledgeGraph) -> tuple[Bar, ...]:
    total = sum(counts.values())
    kinds = {iri: iri.rpartition("-")[2] for iri in counts}
    ordered = sorted(counts, key=lambda iri: (_place(kinds[iri]), iri))
    terms = graph.settings.names.terms
    return tuple(
        Bar(
            link(iri).label,
            _ask(
                f"PREFIX kg: <{terms}>\nPREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
                "SELECT ?record ?name WHERE {\n"
                f"  ?record kg:epistemicStatus <{iri}> ;\n    skos:prefLabel ?name .\n}}"
            ),
            counts[iri],
            100 * counts[iri] / total,
            kinds[iri],
        )
        for iri in ordered
    )


def _place(kind: str) -> int:
    return FIRMEST_FIRST.index(kind) if kind in FIRMEST_FIRST else len(FIRMEST_FIRST)


def _voices(counts: Mapping[str, int], link: Linker) -> tuple[Bar, ...]:
    longest = max(counts.values(), default=1)
    links = [link(iri) for iri in counts]
    return tuple(
        Bar(one.label, one.href, counts[one.iri], 100 * counts[one.iri] / longest) for one in links
    )


def _months(counts: Mapping[str, int], today: str | None, graph: KnowledgeGraph) -> tuple[Bar, ...]:
    """The months up to the one that the data call current; what lies outside has a bar each."""
    if not counts:
        return ()
    year = window(today[:7] if today else max(counts))
    shown = [(month, counts.get(month, 0)) for month in year]
    outside = [
        ("earlier", sum(n for month, n in counts.items() if month < year[0])),
        ("later", sum(n for month, n in counts.items() if month > year[-1])),
    ]
    rows = [row for row in (outside[0], *shown, outside[1]) if row[1] or row[0] in year]
    return _month_bars(rows, graph.settings.names.terms)


def _month_bars(rows: Sequence[tuple[str, int]], terms: str) -> tuple[Bar, ...]:
    longest = max(count for _, count in rows) or 1
    return tuple(
        Bar(month, _events_of(month, terms) if count else "", count, 100 * count / longest)
        for month, count in rows
    )


def _events_of(month: str, terms: str) -> str:
    if not month[0].isdigit():
        return ""
    return _ask(
        f"PREFIX kg: <{terms}>\nPREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
        "SELECT ?event ?name ?start WHERE {\n  ?event a kg:Event ;\n    skos:prefLabel ?name ;\n"
        f'    kg:startEarliest ?start .\n  FILTER(STRSTARTS(STR(?start), "{month}"))\n}}\n'
        "ORDER BY ?start"
    )


def window(last: str) -> list[str]:
    """The months that end with this one, written as in ISO 8601."""
    year, month = int(last[:4]), int(last[5:7])
    count = year * 12 + month - 1
    numbers: Iterable[int] = range(count - MONTHS_SHOWN + 1, count + 1)
    return [f"{n // 12:04}-{n % 12 + 1:02}" for n in numbers]


def _ask(query: str) -> str:
    return "/query?query=" + quote(query, safe="")
