"""Relative IRIs against a base: RFC 3986, section 5.2, with the characters of RFC 3987."""

import re

_PARTS = re.compile(r"(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def is_absolute(iri: str) -> bool:
    """Whether it has a scheme."""
    return _SCHEME.match(iri) is not None


def resolve(iri: str, base: str) -> str:
    """The IRI as it is if it has a scheme, else what it means under the base.

    An absolute IRI is never rewritten: SPARQL 4.1.1.2 excludes normalization.
    """
    if is_absolute(iri):
        return iri
    scheme, base_authority, base_path, base_query, _ = _split(base)
    _, authority, path, query, fragment = _split(iri)
    if authority is not None:
        path = _without_dots(path)
    else:
        authority = base_authority
        if not path:
            path = base_path
            query = base_query if query is None else query
        elif path.startswith("/"):
            path = _without_dots(path)
        else:
            path = _without_dots(_merged(path, base_path, base_authority))
    return _joined(scheme, authority, path, query, fragment)


def _split(iri: str) -> tuple[str | None, str | None, str, str | None, str | None]:
    match = _PARTS.fullmatch(iri)
    assert match is not None, "every text has these parts"
    return match[1], match[2], match[3], match[4], match[5]


def _merged(path: str, base_path: str, base_authority: str | None) -> str:
    if base_authority is not None and not base_path:
        return "/" + path
    return base_path[: base_path.rfind("/") + 1] + path


def _without_dots(path: str) -> str:
    out: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if len(out) > 1 or (out and out[0]):
                out.pop()
        elif segment != ".":
            out.append(segment)
    if segments[-1] in {".", ".."}:
        out.append("")
    return "/".join(out)


def _joined(
    scheme: str | None, authority: str | None, path: str, query: str | None, fragment: str | None
) -> str:
    text = f"{scheme}:" if scheme is not None else ""
    text += f"//{authority}" if authority is not None else ""
    text += path
    text += f"?{query}" if query is not None else ""
    return text + (f"#{fragment}" if fragment is not None else "")
