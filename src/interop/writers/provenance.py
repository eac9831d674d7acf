"""Provenance: which resources were made of which files, by which mapping and program.

Source: FHIR R4, Provenance; ISO 21089 record lifecycle events; RFC 6920 section 7 (hashes as `nih:` URIs).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from interop.immutable import immutable
from interop.values.ids import derived_id, namespace

ASSEMBLER = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
TRANSFORM = "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle"
URIS = "urn:ietf:rfc:3986"


@immutable()
class Work:
    """What is the same for all of a run: the mapping, the program, and the instant that is recorded."""

    mapping: str
    version: str
    hash: str
    program: str
    recorded: str


@immutable()
class Origin:
    """A file that resources were made of. `digest` is the SHA-256 of its bytes, as `sha256sum` prints it.

    Units: `first` and `last` are numbers of records; 0 where the file was read as a whole, a parent table.
    """

    file: str
    digest: str
    first: int = 0
    last: int = 0

    def __str__(self) -> str:
        return f"{self.file}, records {self.first} to {self.last}" if self.first else self.file


def provenances(
    work: Work, part: int, origins: Sequence[Origin], targets: Iterable[str], most: int
) -> Iterator[tuple[str, str]]:
    """The Provenances of a part of a run, one for each so many of its resources.

    Args:
        work: What was done.
        part: Its number.
        origins: The files that it was made of.
        targets: Its resources: `Patient/145a9eb6-…`. None of them, no Provenance: R4 asks for a target.
        most: Targets of one.

    Yields:
        The id and the line of each.
    """
    key = (work.version, work.hash, work.recorded, *(f"{one.digest} {one}" for one in origins), str(part))
    coming = iter(targets)
    for number, first in enumerate(coming, 1):
        identity = derived_id(namespace(work.mapping), "Provenance", (*key, str(number)))
        some = chain((first,), islice(coming, most - 1))
        yield identity, _line(identity, work, origins, some)


def _line(identity: str, work: Work, origins: Sequence[Origin], targets: Iterable[str]) -> str:
    """One Provenance as compact JSON. Targets are ids and names of types: nothing in them wants escaping."""
    software = {
        "resourceType": "Device",
        "id": "software",
        "deviceName": [{"name": "interop", "type": "model-name"}],
        "version": [{"value": work.program}],
    }
    transform = {"system": TRANSFORM, "code": "transform", "display": "Transform/Translate Record Lifecycle Event"}
    assembler = {"system": ASSEMBLER, "code": "assembler", "display": "Assembler"}
    rest = {
        "recorded": work.recorded,
        "policy": [f"urn:interop:{work.mapping}:{work.version}:{work.hash}"],
        "activity": {"coding": [transform]},
        "agent": [{"type": {"coding": [assembler]}, "who": {"reference": "#software"}}],
        "entity": [_entity(one) for one in origins],
    }
    listed = ",".join([f'{{"reference":"{target}"}}' for target in targets])
    before = f'{{"resourceType":"Provenance","id":"{identity}","contained":[{_text(software)}],"target":['
    return f"{before}{listed}],{_text(rest)[1:]}"


def _entity(origin: Origin) -> dict[str, object]:
    digest = {"system": URIS, "value": f"nih:sha-256;{origin.digest}"}
    return {"role": "source", "what": {"identifier": digest, "display": str(origin)}}


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
