"""The grammar of `$when`.

    or        := and ('or' and)*
    and       := not ('and' not)*
    not       := 'not' not | '(' or ')' | condition
    condition := operand (('=' | '!=' | '<' | '<=' | '>' | '>=') (literal | operand)
                 | ['not'] 'in' '(' literal (',' literal)* ')' | 'exists' | 'matches' text
                 | 'deleted', of a path of a message)
    operand   := (path | quoted template) ('|' step)*
    literal   := quoted text | number

By precedence, from left to right, each character once. Source: docs/language.md, Expressions; docs/hl7v2.md, Paths.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal, NoReturn, cast

from interop.limits import FIXED
from interop.spec.cursor import Cursor
from interop.spec.path_grammar import DELETED, DELIMITED, PathGrammar
from interop.spec.tree import And, Compare, Condition, Constant, Exists, In, Matches, Not, Or, Path, Value
from interop.spec.values import read_pipe, read_steps, read_template
from interop.spec.yaml_text import Text
from interop.values.patterns import compile_pattern

MAX_DEPTH = FIXED.expression_depth

_WORD = re.compile(r"[A-Za-z]+(?![\w.])")
_OPERATOR = re.compile(r"<=|>=|!=|==|<>|=|<|>|&&|!")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?![\w.])")
_SHAPE = "write `PATH = 'text'`, `PATH in ('a', 'b')`, `PATH exists` or `PATH matches 'pattern'`"
_STRANGE = {  # what people write from habit → what this language says
    "==": "write `=`",
    "<>": "write `!=`",
    "&&": "write `and`",
    "||": "write `or`",
    "!": "write `not`, or `!=`",
    "??": "write `(A exists or B exists)`, or `$first`",
    "is": "write `PATH exists` or `not PATH exists`",
    "like": "write `PATH matches 'pattern'`",
    "not": "only `not in` stands there; write `not PATH exists`, `not PATH matches '…'`",
}


def parse_condition(scalar: Text, paths: PathGrammar = DELIMITED) -> Condition:
    """Read an expression.

    Args:
        scalar: The expression.
        paths: What its paths look like.

    Raises:
        ScalarError: with M111.
    """
    cursor = Cursor(scalar, scalar.value, code="M111", paths=paths)
    cursor.skip_spaces()
    if cursor.done:
        cursor.refuse("an empty expression", _SHAPE)
    condition = _or(cursor, 0)
    cursor.skip_spaces()
    if not cursor.done:
        _refuse_next(cursor, "text after the expression", "join conditions with `and` or `or`")
    return condition


def _or(cursor: Cursor, depth: int) -> Condition:
    conditions = [_and(cursor, depth)]
    while _takes_word(cursor, "or"):
        conditions.append(_and(cursor, depth))
    return conditions[0] if len(conditions) == 1 else Or(tuple(conditions))


def _and(cursor: Cursor, depth: int) -> Condition:
    conditions = [_not(cursor, depth)]
    while _takes_word(cursor, "and"):
        conditions.append(_not(cursor, depth))
    return conditions[0] if len(conditions) == 1 else And(tuple(conditions))


def _not(cursor: Cursor, depth: int) -> Condition:
    negated = False
    while _takes_word(cursor, "not"):
        negated = not negated
    cursor.skip_spaces()
    start = cursor.at
    if cursor.takes("("):
        if depth >= MAX_DEPTH:
            cursor.refuse("nested too deeply", f"at most {MAX_DEPTH} parentheses stand in each other", start)
        condition = _or(cursor, depth + 1)
        cursor.skip_spaces()
        if not cursor.takes(")"):
            if cursor.done:
                cursor.refuse("a parenthesis that is not closed", "close it with `)`", start)
            _refuse_next(cursor, "text before the closing parenthesis", "join conditions with `and` or `or`")
    else:
        condition = _condition(cursor)
    return Not(condition) if negated else condition


def _condition(cursor: Cursor) -> Condition:
    start = cursor.at
    left = _operand(cursor)
    cursor.skip_spaces()
    at = cursor.at
    operator = cursor.match(_OPERATOR)
    if operator in ("=", "!=", "<", "<=", ">", ">="):
        right, numeric = _right(cursor)
        return Compare(left, cast(Literal["=", "!=", "<", "<=", ">", ">="], operator), right, numeric)
    cursor.at = at
    word = _word(cursor)
    if word == "exists":
        return Exists(left)
    if word == "deleted" and cursor.paths.messages:
        return Exists(_deleted(cursor, left, start))
    if word == "matches":
        return Matches(left, _pattern(cursor))
    if word == "in":
        return In(left, _literals(cursor))
    if word == "not" and _takes_word(cursor, "in"):
        return Not(In(left, _literals(cursor)))
    cursor.at = at
    if cursor.done or cursor.sees(")") or word in ("and", "or"):
        cursor.refuse("a path is not a condition by itself", "write `PATH exists`, or compare it", start)
    _refuse_next(cursor, "an unknown operator", _SHAPE)


def _deleted(cursor: Cursor, left: Value, start: int) -> Path:
    """The path that is there when the sender asks to delete what the written one reads."""
    if not isinstance(left, Path) or left.parts[-1] == "*":
        cursor.refuse("`deleted` of what is no field", "write `PID-19 deleted`", start)
    return replace(left, parts=(*left.parts[:-1], left.parts[-1] + DELETED))


def _operand(cursor: Cursor) -> Value:
    """A path or a quoted template, with steps."""
    cursor.skip_spaces()
    if cursor.done:
        cursor.refuse("a condition is missing at the end", _SHAPE)
    if cursor.text[cursor.at] not in "'\"":
        return read_pipe(cursor, "expression")
    return read_steps(cursor, _quoted_template(cursor), "expression")


def _right(cursor: Cursor) -> tuple[Value, bool]:
    """The right side of a comparison, and whether it is a number literal."""
    cursor.skip_spaces()
    number = cursor.match(_NUMBER)
    if number is not None:
        return Constant(number), True
    if cursor.done:
        cursor.refuse("the right side is missing", "write a text in quotes, a number or a path")
    return _operand(cursor), False


def _quoted_template(cursor: Cursor) -> Value:
    start = cursor.at + 1
    return read_template(cursor.within(cursor.quoted(), start))


def _quoted(cursor: Cursor, shape: str) -> str:
    cursor.skip_spaces()
    if cursor.done or cursor.text[cursor.at] not in "'\"":
        cursor.refuse("a text in quotes is missing", f"write `{shape}`")
    return cursor.quoted()


def _pattern(cursor: Cursor) -> str:
    cursor.skip_spaces()
    at = cursor.at
    pattern = _quoted(cursor, "matches 'pattern'")
    if compile_pattern(pattern) is None:
        cursor.refuse("a pattern that RE2 does not read", "no lookaround and no back-references; see RE2's syntax", at)
    return pattern


def _literals(cursor: Cursor) -> tuple[str, ...]:
    cursor.skip_spaces()
    if not cursor.takes("("):
        cursor.refuse("`in` without a list", "write `PATH in ('a', 'b')`")
    literals: list[str] = []
    while True:
        cursor.skip_spaces()
        number = cursor.match(_NUMBER)
        literals.append(_quoted(cursor, "in ('a', 'b')") if number is None else number)
        cursor.skip_spaces()
        if cursor.takes(")"):
            return tuple(literals)
        if not cursor.takes(","):
            cursor.refuse("a list that is not closed", "write `PATH in ('a', 'b')`")


def _word(cursor: Cursor) -> str | None:
    cursor.skip_spaces()
    return cursor.match(_WORD)


def _takes_word(cursor: Cursor, word: str) -> bool:
    cursor.skip_spaces()
    at = cursor.at
    if cursor.match(_WORD) == word:
        return True
    cursor.at = at
    return False


def _refuse_next(cursor: Cursor, detail: str, fix: str) -> NoReturn:
    """Refuse what comes next, with a remedy where it is a habit from elsewhere."""
    at = cursor.at
    token = cursor.match(_OPERATOR) or cursor.match(_WORD)
    for strange in ("||", "??"):
        token = strange if cursor.text.startswith(strange, at) else token
    if token is not None and token not in _STRANGE and token.lower() in ("and", "or", "not", "in", "exists", "matches"):
        cursor.refuse(f"`{token}` where it cannot stand", f"`{token.lower()}` is written small; {_SHAPE}", at)
    cursor.refuse(f"`{token}`: {detail}" if token in _STRANGE else detail, _STRANGE.get(token or "", fix), at)
