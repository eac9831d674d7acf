"""PyYAML's pure Python scanner, with plain scalars as YAML 1.2 has them.

YAML 1.1 ends a plain scalar at `?` inside of `{…}` and `[…]`, so that `{text: A ?? B}` is refused; YAML 1.2, editors
and libyaml read it. A run of a line is one match here instead of a call for each character, which saves a third of the
time.
"""

from __future__ import annotations

import re

import yaml

_END = " \t\r\n\x85\u2028\u2029\0"
_BLOCK = rf"(?:[^{_END}:]|:(?![{_END}]))"
_FLOW = rf"(?:[^{_END}:,\[\]{{}}]|:(?![{_END},\[\]{{}}]))"
_BLOCK_RUN = re.compile(rf"{_BLOCK}+(?: +(?!#){_BLOCK}+)*")
_FLOW_RUN = re.compile(rf"{_FLOW}+(?: +(?!#){_FLOW}+)*")


class Loader(yaml.SafeLoader):
    """Only its events are used."""

    def scan_plain(self) -> yaml.ScalarToken:
        """A plain scalar, over as many lines as it has. Source: YAML 1.2.2, 7.3.3 Plain Style."""
        start = end = self.get_mark()
        indent = self.indent + 1
        run = _FLOW_RUN if self.flow_level else _BLOCK_RUN
        pieces: list[str] = []
        between: list[str] | None = []
        while self.peek() != "#" and (found := run.match(self.buffer, self.pointer)):
            self.allow_simple_key = False
            pieces += between or ()
            pieces.append(found[0])
            self.pointer = found.end()
            self.index += len(found[0])
            self.column += len(found[0])
            end = self.get_mark()
            between = self.scan_plain_spaces(indent, start)
            if not between or (not self.flow_level and self.column < indent):
                break
        return yaml.ScalarToken("".join(pieces), True, start, end)
