"""The grammar of a leaf: constants, paths, templates, steps, fallbacks.

    leaf     := '= ' text | choice
    choice   := pipe ('??' pipe)* ['??' '= ' text]
    pipe     := (path | template) ('|' step)*
    template := text and '{' choice '}' in turn
    step     := name argument* ['else' ('omit' | 'keep' | 'fail' | '=' code)]

One pass from left to right. Source: docs/language.md, Values.
"""

from __future__ import annotations

import re
from typing import NoReturn

from interop.spec.cursor import Cursor
from interop.spec.path_grammar import DELIMITED, PathGrammar
from interop.spec.tree import Choice, Constant, Miss, Piped, StepCall, Template, Value
from interop.spec.yaml_text import Text
from interop.values.steps import STEPS

FIND = Miss("find")

_STEP_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_BARE = {  # an argument without quotes, by what ends the value
    "": re.compile(r"[^\s|]+"),
    "}": re.compile(r"[^\s|{}]+"),
    "expression": re.compile(r"[^\s|()=<>!]+"),
}
_TEMPLATE_END = re.compile(r"\s+(?:\||\?\?)(?=\s|$)")
_KEYWORDS = frozenset(("in", "not", "exists", "matches", "and", "or"))


def parse_value(scalar: Text, paths: PathGrammar = DELIMITED) -> Value:
    """Read a leaf.

    Args:
        scalar: The leaf.
        paths: What its paths look like.

    Raises:
        ScalarError: with M110 (not in the grammar) or M115 (arguments of `default`).
    """
    cursor = Cursor(scalar, scalar.value, paths=paths)
    cursor.skip_spaces()
    if cursor.done:
        cursor.refuse(
            "an empty value", "write a path, or `= text` for a constant; quote a value that begins with # or {"
        )
    value = read_choice(cursor, "")
    if not cursor.done:
        _refuse_rest(cursor)
    return value


def read_choice(cursor: Cursor, end: str) -> Value:
    """Read alternatives up to `end` ("}" in a hole, "" for the scalar's end)."""
    options: list[Value] = []
    while True:
        cursor.skip_spaces()
        if cursor.sees("="):
            options.append(_constant(cursor, end))
            break
        options.append(read_pipe(cursor, end))
        cursor.skip_spaces()
        if not cursor.takes("??"):
            break
    return options[0] if len(options) == 1 else Choice(tuple(options))


def read_pipe(cursor: Cursor, end: str) -> Value:
    """Read a path or a template and its steps."""
    found = cursor.paths.path.match(cursor.text, cursor.at)
    if found and (end == "expression" or _ends_source(cursor.text, found.end(), end)):
        source: Value = cursor.path()
    elif not end and _holds_brace(cursor):
        source = _read_outer_template(cursor)
    else:
        cursor.path()
        _refuse_rest(cursor)
    return read_steps(cursor, source, end)


def read_steps(cursor: Cursor, source: Value, end: str) -> Value:
    """Read `| step …` as often as it stands."""
    steps: list[StepCall] = []
    cursor.skip_spaces()
    while cursor.takes("|"):
        cursor.skip_spaces()
        at = cursor.at
        name = cursor.match(_STEP_NAME)
        if name is None:
            if end == "expression" and cursor.sees("|"):
                cursor.refuse("`||`", "write `or`", at - 1)
            cursor.refuse("a step's name is missing after `|`", "write a step: `| trim`", at)
        args, miss = _arguments(cursor, name, end)
        if name == "default":
            if len(args) != 1:
                cursor.refuse("`default` takes one argument", "quote a text of several words", at, "M115")
            source = Choice((_piped(source, steps), Constant(args[0])))
            steps = []
        else:
            steps.append(StepCall(name, args, miss, cursor.place(at)))
    return _piped(source, steps)


def read_template(cursor: Cursor) -> Value:
    """Read all that is left as a template. Without holes it is a constant."""
    parts: list[str | Value] = []
    text: list[str] = []
    while not cursor.done:
        if cursor.takes("{{"):
            text.append("{")
        elif cursor.takes("}}"):
            text.append("}")
        elif cursor.sees("}"):
            cursor.refuse("a brace that was not opened", "write `}}` for the sign itself")
        elif cursor.sees("{"):
            opened = cursor.at
            cursor.at += 1
            if text:
                parts.append("".join(text))
                text = []
            parts.append(read_choice(cursor, "}"))
            if not cursor.takes("}"):
                if cursor.done:
                    cursor.refuse(
                        "a hole that is not closed", "close it with `}`; write `{{` for the sign itself", opened
                    )
                _refuse_rest(cursor)
        else:
            text.append(cursor.text[cursor.at])
            cursor.at += 1
    if text:
        parts.append("".join(text))
    if all(isinstance(part, str) for part in parts):
        return Constant("".join(text))
    return Template(tuple(parts))


def _read_outer_template(cursor: Cursor) -> Value:
    """A template that is a leaf's source: it ends before ` | ` or ` ?? ` outside of its holes."""
    end = _source_end(cursor)
    inner = cursor.within(cursor.text[cursor.at : end], cursor.at)
    value = read_template(inner)
    cursor.at = end
    return value


def _source_end(cursor: Cursor) -> int:
    """Where the template that begins here ends."""
    text, at, depth = cursor.text, cursor.at, 0
    while at < len(text):
        sign = text[at]
        if sign in "{}" and text.startswith(sign * 2, at) and not depth:
            at += 1
        elif sign == "{":
            depth += 1
        elif sign == "}":
            depth = max(0, depth - 1)
        elif depth and sign in "'\"":
            at = max(at, text.find(sign, at + 1))
        elif not depth and sign.isspace() and _TEMPLATE_END.match(text, at):
            return at
        at += 1
    return len(text)


def _holds_brace(cursor: Cursor) -> bool:
    """Whether a brace stands before the first ` | ` or ` ?? `, so that this is a template."""
    found = _TEMPLATE_END.search(cursor.text, cursor.at)
    piece = cursor.text[cursor.at : found.start() if found else len(cursor.text)]
    return "{" in piece or "}" in piece


def _ends_source(text: str, at: int, end: str) -> bool:
    """Whether a source may end at `at`: steps, a fallback or the end follow."""
    while at < len(text) and text[at].isspace():
        at += 1
    return at >= len(text) or text[at] == "|" or text.startswith("??", at) or (bool(end) and text[at] == end)


def _constant(cursor: Cursor, end: str) -> Constant:
    start = cursor.at
    cursor.at += 1
    stop = len(cursor.text) if end != "}" else cursor.text.find("}", cursor.at)
    stop = len(cursor.text) if stop < 0 else stop
    text = cursor.text[cursor.at : stop]
    if not text.strip():
        cursor.refuse("a constant without text", "write the text after `= `", start)
    if not text.startswith(" "):
        cursor.refuse("a constant without a space after `=`", "write `= text`", start)
    if " ?? " in text:
        cursor.refuse("a constant before `??`", "only the last alternative may be a constant", start)
    cursor.at = stop
    return Constant(text[1:])


def _arguments(cursor: Cursor, name: str, end: str) -> tuple[tuple[str, ...], Miss]:
    args: list[str] = []
    miss = FIND
    takes_miss = name in STEPS and STEPS[name].takes_miss
    while True:
        cursor.skip_spaces()
        at = cursor.at
        argument = _argument(cursor, end)
        if argument is None:
            return tuple(args), miss
        if miss is not FIND:
            cursor.refuse("text after the miss policy", "the policy is the last of a step", at)
        if argument == "else" and takes_miss and cursor.text[at] == "e":
            miss = _miss(cursor, end)
        else:
            args.append(argument)


def _argument(cursor: Cursor, end: str) -> str | None:
    """Take an argument; None when the step ends here."""
    if cursor.done or cursor.sees("??"):
        return None
    if cursor.text[cursor.at] in "'\"":
        return cursor.quoted()
    at = cursor.at
    argument = cursor.match(_BARE[end])
    if argument in _KEYWORDS and end == "expression":
        cursor.at = at
        return None
    return argument


def _miss(cursor: Cursor, end: str) -> Miss:
    cursor.skip_spaces()
    at = cursor.at
    if cursor.takes("="):
        cursor.skip_spaces()
        other = _argument(cursor, end)
        if other is None:
            cursor.refuse("a code is missing after `else =`", "write `else = CODE`", at)
        return Miss("other", other)
    policy = _argument(cursor, end)
    if policy == "omit":
        return Miss("omit")
    if policy == "keep":
        return Miss("keep")
    if policy == "fail":
        return Miss("fail")
    cursor.refuse("an unknown miss policy", "write `else omit`, `else keep`, `else fail` or `else = CODE`", at)


def _piped(source: Value, steps: list[StepCall]) -> Value:
    return Piped(source, tuple(steps)) if steps else source


def _refuse_rest(cursor: Cursor) -> NoReturn:
    """Refuse what follows a whole value."""
    cursor.skip_spaces()
    if cursor.sees("}"):
        cursor.refuse("a brace that was not opened", "write `}}` for the sign itself, in a template")
    cursor.refuse(
        "text after a path",
        "write `= text` for a constant, `{PATH}` in a template, backticks around a name with other characters",
    )
