"""Hash functions (SPARQL 1.1, section 17.4.6), of a string's UTF-8, in lower-case digits."""

import hashlib
from collections.abc import Callable

from pyoxigraph import Literal

from kgraph.plan.algebra import Term
from kgraph.plan.functions.registry import builtin
from kgraph.plan.functions.terms import simple_text


def _hash(algorithm: str) -> Callable[[Term], Term]:
    def digest(text: Term) -> Term:
        data = simple_text(text).encode()
        return Literal(hashlib.new(algorithm, data, usedforsecurity=False).hexdigest())

    return digest


for _name in ("MD5", "SHA1", "SHA256", "SHA384", "SHA512"):
    builtin(_name)(_hash(_name.lower()))
