"""The examples in the docstrings of the steps are right."""

from __future__ import annotations

import doctest
from importlib import import_module
from pkgutil import iter_modules

import pytest

import interop.values

MODULES = [module.name for module in iter_modules(interop.values.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    assert doctest.testmod(import_module(f"interop.values.{name}")).failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = [test for name in MODULES for test in finder.find(import_module(f"interop.values.{name}")) if test.examples]
    assert len(found) >= 10
