"""HL7 v2: messages of segments, by any separators and charset, brought into the contexts of a layout."""

from interop.readers.hl7v2.reader import Hl7v2Reader

__all__ = ["Hl7v2Reader"]
