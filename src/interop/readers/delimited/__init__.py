"""Delimited text: frames and shreds CSV and its kin (docs/language.md, Tables of a delimited source)."""

from interop.readers.delimited.lookup import Parents
from interop.readers.delimited.reader import DelimitedReader

__all__ = ["DelimitedReader", "Parents"]
