"""Our own words for what PyYAML refuses. Its texts quote the source, ours never do."""

from __future__ import annotations

import yaml

# A piece of PyYAML's text → what is wrong, and what to write. The first that fits.
_EXPLANATIONS = (
    ("mapping values are not allowed", "a second `: ` in a line", "put the whole value in quotes"),
    ("could not find expected ':'", "a key without `: `", "write `key: value`; text of several lines goes in quotes"),
    ("expected <block end>", "a line that fits no level above it", "align it with its neighbours, or quote the value"),
    ("while scanning a quoted scalar", "a quote that is not closed", "close it"),
    ("escape", "an unknown escape in double quotes", "use single quotes"),
    (
        "',' or ']'",
        "a list `[…` that is not closed, or an item with `: ` or a quote in it",
        "close it, or quote the item",
    ),
    ("',' or '}'", "a mapping `{…` that is not closed, or a value with `{` in it", "close it, or quote the value"),
    ("expected the node content", "a value is missing", "write the value; quote it if it begins with a sign"),
    ("sequence entries are not allowed", "a list item where none can be", "begin the list on a line of its own"),
    ("mapping keys are not allowed", "a key where none can be", "begin the mapping on a line of its own"),
    (
        "while scanning a block scalar",
        "a bad indicator after `|` or `>`",
        "quote the value if it begins with `|` or `>`",
    ),
    ("while scanning an alias", "a value that begins with `*`", "put it in quotes"),
    ("while scanning an anchor", "a value that begins with `&`", "put it in quotes"),
    ("a tag", "a value that begins with `!`", "put it in quotes"),
    ("directive", "a line that begins with `%`", "put the value in quotes"),
    ("<document start>", "text after the end of the document", "keep one document in a file"),
)
_STARTS = {
    "\t": ("a tab", "indent with spaces"),
    "`": ("a value that begins with a backtick", "put the value in quotes: '`Dose (ml)` | decimal'"),
    "@": ("a value that begins with `@`", "put the value in quotes"),
    "%": ("a value that begins with `%`", "put the value in quotes"),
}


def explain(error: yaml.MarkedYAMLError, source: str) -> tuple[str, str]:
    """What is wrong and what to write instead; empty texts where the code's own text says it all."""
    said = f"{error.context or ''} {error.problem or ''}"
    mark = error.problem_mark
    if mark is not None and "cannot start any token" in said:
        return _STARTS.get(source[mark.index : mark.index + 1], ("a character that cannot begin a value", "quote it"))
    for piece, detail, fix in _EXPLANATIONS:
        if piece in said:
            return detail, fix
    return "", ""
