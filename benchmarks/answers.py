"""What an answer says, however a system writes it: rows as a multiset, numbers by value.

An answer is SPARQL results in JSON. Numbers are equal if their values are to twelve digits:
systems differ in how far they carry a division, and in the datatype of a sum.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

XSD = "http://www.w3.org/2001/XMLSchema#"
NUMBERS = {
    XSD + name
    for name in ("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger")
}


@dataclass(frozen=True)
class Summary:
    """As much of an answer as is needed to compare it."""

    rows: int
    digest: str


def summary(answer: bytes) -> Summary:
    """Equal for answers that have the same rows, each as often, in whatever order."""
    found = json.loads(answer)
    if "boolean" in found:
        return Summary(1, str(found["boolean"]))
    rows = found["results"]["bindings"]
    total = sum(int.from_bytes(_digest(row)) for row in rows)
    return Summary(len(rows), f"{total % 2**128:032x}")


def _digest(row: Mapping[str, Mapping[str, str]]) -> bytes:
    terms = sorted((name, *canonical(term)) for name, term in row.items())
    return hashlib.blake2b(json.dumps(terms).encode(), digest_size=16).digest()


def canonical(term: Mapping[str, str]) -> Iterable[str]:
    """A term as a few strings; numbers lose their datatype and their lexical form."""
    kind, value = term["type"], term["value"]
    datatype = term.get("datatype", XSD + "string")
    if kind in ("literal", "typed-literal") and datatype in NUMBERS:
        try:
            number = f"{Decimal(value):.11e}" if Decimal(value) else "0"
        except InvalidOperation:
            number = value
        return ("number", number)
    if kind == "bnode":
        return ("bnode",)
    if kind == "uri":
        return (kind, value)
    return ("literal", value, datatype, term.get("xml:lang", "").lower())
