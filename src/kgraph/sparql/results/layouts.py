"""What stands around the terms in each result format: heads, rows, tails."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pyoxigraph import QueryResultsFormat

from kgraph.plan.algebra import Term
from kgraph.sparql.results.fragments import (
    csv_term,
    json_of_text,
    json_term,
    json_text,
    tsv_term,
    xml_term,
)


@dataclass(frozen=True)
class Layout:
    """A format as a frame for terms.

    A row is `start`, cells joined by `between`, `end`; rows are joined by `separator`. In a
    `sparse` format an unbound variable has no cell, in the others an empty one.
    """

    name: str
    term: Callable[[Term], str]
    head: Callable[[Sequence[str]], str]
    tail: str
    start: str
    before: Callable[[str], str]
    after: str
    between: str
    end: str
    separator: str
    sparse: bool
    boolean: Callable[[bool], str]
    text: Callable[[str], str | None] | None = None
    """As `term`, but of the N-Triples text; None where it has to be the term."""

    def cell(self, variable: str, fragment: str) -> str:
        """A bound variable."""
        return f"{self.before(variable)}{fragment}{self.after}"


def _json_head(variables: Sequence[str]) -> str:
    names = ",".join(json_text(name) for name in variables)
    return f'{{"head":{{"vars":[{names}]}},"results":{{"bindings":['


_XML_START = '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head>'


def _xml_head(variables: Sequence[str]) -> str:
    names = "".join(f'<variable name="{name}"/>' for name in variables)
    return f"{_XML_START}{names}</head><results>"


def _word(truth: bool) -> str:
    return "true" if truth else "false"


JSON = Layout(
    name="json",
    term=json_term,
    head=_json_head,
    tail="]}}",
    start="{",
    before=lambda variable: f"{json_text(variable)}:",
    after="",
    between=",",
    end="}",
    separator=",",
    sparse=True,
    boolean=lambda truth: f'{{"head":{{}},"boolean":{_word(truth)}}}',
    text=json_of_text,
)
XML = Layout(
    name="xml",
    term=xml_term,
    head=_xml_head,
    tail="</results></sparql>",
    start="<result>",
    before=lambda variable: f'<binding name="{variable}">',
    after="</binding>",
    between="",
    end="</result>",
    separator="",
    sparse=True,
    boolean=lambda truth: f"{_XML_START}</head><boolean>{_word(truth)}</boolean></sparql>",
)
CSV = Layout(
    name="csv",
    term=csv_term,
    head=lambda variables: ",".join(variables) + "\r\n",
    tail="",
    start="",
    before=lambda variable: "",
    after="",
    between=",",
    end="\r\n",
    separator="",
    sparse=False,
    boolean=_word,
)
TSV = Layout(
    name="tsv",
    term=tsv_term,
    head=lambda variables: "\t".join(f"?{name}" for name in variables) + "\n",
    tail="",
    start="",
    before=lambda variable: "",
    after="",
    between="\t",
    end="\n",
    separator="",
    sparse=False,
    boolean=_word,
)
LAYOUTS = {layout.name: layout for layout in (JSON, XML, CSV, TSV)}
_BY_FORMAT = {
    QueryResultsFormat.JSON: JSON,
    QueryResultsFormat.XML: XML,
    QueryResultsFormat.CSV: CSV,
    QueryResultsFormat.TSV: TSV,
}


def layout_of(form: "str | QueryResultsFormat") -> Layout:
    """The layout of a format, by pyoxigraph's name for it or ours (`json`, `xml`, `csv`, `tsv`)."""
    return LAYOUTS[form] if isinstance(form, str) else _BY_FORMAT[form]
