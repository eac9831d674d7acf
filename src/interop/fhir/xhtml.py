"""The narrative's xhtml: well-formed, one div, only the elements that R4 allows, nothing that runs.

Source: FHIR R4 narrative.html, invariants txt-1 and txt-2.
"""

from __future__ import annotations

from xml.parsers import expat

from interop.values.failure import Failure

__all__ = ["check_xhtml"]

_SPACE = "http://www.w3.org/1999/xhtml "
_ELEMENTS = frozenset(
    _SPACE + name
    for name in (
        *("a", "abbr", "acronym", "b", "big", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd"),
        *("dfn", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "li", "ol", "p", "pre"),
        *("q", "samp", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr"),
        *("tt", "ul", "var"),
    )
)


class _RefusedError(Exception):
    """The narrative holds something that R4 does not allow."""


def check_xhtml(text: str) -> str | Failure:
    """The narrative as it is, or V201."""
    depth = 0
    content = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, content
        if name not in _ELEMENTS or (depth == 0 and name != _SPACE + "div") or any(map(_is_event, attributes)):
            raise _RefusedError
        depth += 1
        content = content or name == _SPACE + "img"

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    def characters(data: str) -> None:
        nonlocal content
        content = content or not data.isspace()

    def refuse(*_: object) -> None:
        raise _RefusedError

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = refuse
    parser.ProcessingInstructionHandler = refuse
    try:
        parser.Parse(text.encode(), True)
    except (expat.ExpatError, _RefusedError, UnicodeEncodeError):
        return Failure("V201")
    return text if content else Failure("V201")


def _is_event(attribute: str) -> bool:
    return attribute.lower().startswith("on")
