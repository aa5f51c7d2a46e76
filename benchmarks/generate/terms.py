"""Terms as they stand in N-Triples, made once."""

ID = "https://w3id.org/kgraph/id/"
GRAPH = "https://w3id.org/kgraph/graph/"
XSD = "http://www.w3.org/2001/XMLSchema#"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
TITLE = "<http://purl.org/dc/terms/title>"
ISSUED = "<http://purl.org/dc/terms/issued>"
LABEL = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
ALSO = "<http://www.w3.org/2004/02/skos/core#altLabel>"
TRUE = f'"true"^^<{XSD}boolean>'


class Names:
    """A namespace: `KGV.role_judge` is the term for its `role-judge`."""

    def __init__(self, base: str) -> None:
        self._base = base

    def __getattr__(self, name: str) -> str:
        term = f"<{self._base}{name.replace('_', '-')}>"
        setattr(self, name, term)
        return term


KG = Names("https://w3id.org/kgraph/ns#")
KGV = Names("https://w3id.org/kgraph/vocab/")


def entity(name: str) -> str:
    return f"<{ID}{name}>"


def text(words: str, language: str = "en") -> str:
    """A literal of ours: the caller's words need no escapes."""
    return f'"{words}"@{language}'


def plain(words: str) -> str:
    return f'"{words}"'


def integer(number: int) -> str:
    return f'"{number}"^^<{XSD}integer>'


def date(iso: str) -> str:
    return f'"{iso}"^^<{XSD}date>'


def duration(months: int) -> str:
    years, rest = divmod(months, 12)
    years_part, months_part = f"{years}Y" if years else "", f"{rest}M" if rest else ""
    return f'"P{years_part}{months_part}"^^<{XSD}duration>'


def edtf(words: str) -> str:
    return f'"{words}"^^<http://id.loc.gov/datatypes/edtf/EDTF>'
