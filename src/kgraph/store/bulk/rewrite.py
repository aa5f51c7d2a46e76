"""A process of its own: RDF of any syntax in, canonical N-Triples or N-Quads out.

Started by path, and imports nothing of kgraph: it has to be there at once.
"""

import json
import sys

from pyoxigraph import RdfFormat, parse, serialize

REFUSED = 3
"""The exit status when the document is not well-formed; standard error then says where."""


def main(path: str, media_type: str) -> int:
    """Write the quads of a document to standard output, blank nodes by their labels in it."""
    rdf_format = RdfFormat.from_media_type(media_type)
    assert rdf_format is not None
    form = RdfFormat.N_QUADS if rdf_format.supports_datasets else RdfFormat.N_TRIPLES
    try:
        serialize(parse(path=path, format=rdf_format), sys.stdout.buffer, format=form)
    except (SyntaxError, ValueError) as error:
        line, column = getattr(error, "lineno", None), getattr(error, "offset", None)
        what = getattr(error, "msg", None) or str(error)
        json.dump({"what": what, "line": line, "column": column}, sys.stderr)
        return REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
