"""Bodies of rules are made when they are asked for, once, and are the same whatever else was asked for before."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from random import Random
from threading import Barrier, RLock

import pytest

import interop
from interop.api import Mapping
from interop.job.run import Options, run_job
from interop.plan.compile import compile_plan
from interop.plan.later import Later
from interop.plan.model import Plan, Rule
from interop.plan.numbering import ADDED, BODY, HEAD
from interop.spec.package import Package
from tests.mapping_cases import ROOT, packages

SAMPLE = ROOT / "samples" / "intl" / "hl7v2"
THREADS = 8


@cache
def package() -> Package:
    return interop.load("intl/hl7v2").package


def made(plan: Plan) -> list[str]:
    return [rule.name for rule in plan.rules if rule.built.is_made]


def shown(rule: Rule) -> tuple[str, object]:
    """All that there is of a rule, its numbers too; of functions no more than which they are."""
    return re.sub(" at 0x[0-9a-f]+", "", repr(rule)), rule.built().located


def messages() -> list[Path]:
    return sorted(path for path in SAMPLE.iterdir() if path.suffix == ".hl7")


def test_value_is_made_once() -> None:
    asked: list[int] = []
    later = Later(lambda: asked.append(1) or len(asked), RLock())
    assert (later.is_made, asked) == (False, [])
    assert (later(), later(), later.is_made, repr(later)) == (1, 1, True, "1")


def test_what_is_made_of_a_value_makes_it_first() -> None:
    first = Later(lambda: [1], RLock())
    second = first.then(lambda value: [*value, 2])
    assert not first.is_made
    assert second() == [1, 2]
    assert first.is_made


def test_what_cannot_be_made_is_tried_again() -> None:
    tries: list[int] = []

    def fail() -> None:
        tries.append(1)
        raise ValueError

    later: Later[None] = Later(fail, RLock())
    for _ in range(2):
        with pytest.raises(ValueError):  # noqa: PT011 - the one above
            later()
    assert len(tries) == 2


def test_compiling_makes_no_body() -> None:
    assert made(compile_plan(package())) == []


@pytest.mark.parametrize("seed", range(3))
def test_bodies_are_the_same_in_whatever_order_they_are_asked_for(seed: int) -> None:
    rules = compile_plan(package()).rules
    for rule in Random(seed).sample(rules, len(rules)):
        rule.built()
    for rule, expected in zip(rules, compile_plan(package()).rules, strict=True):
        assert shown(rule) == shown(expected)


@pytest.mark.parametrize("folder", packages(), ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_numbers_of_a_rule_stand_in_the_order_of_findings(folder: Path) -> None:
    """First the rule's own, then those of its body, of its head, and those of what is widened; each is of one place."""
    for rule in interop.load(folder).plan.rules:
        body = rule.built().located
        assert rule.order == 0
        assert rule.order in rule.located
        assert not rule.located.keys() & body.keys()
        assert all(HEAD <= order < ADDED for order in rule.located.keys() - {rule.order})
        assert all(BODY <= order < HEAD or order >= ADDED for order in body)
        for order in (*rule.located, *body):
            assert rule.locate(order).target.startswith(rule.resource) or rule.id is not None


def test_threads_get_one_body() -> None:
    rules = compile_plan(package()).rules[:40]
    start = Barrier(THREADS)

    def ask(seed: int) -> dict[int, int]:
        start.wait()
        return {rule.number: id(rule.body) for rule in Random(seed).sample(rules, len(rules))}

    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(ask, range(THREADS)))
    assert all(one == found[0] for one in found)
    expected = compile_plan(package()).rules[:40]
    assert list(map(shown, rules)) == list(map(shown, expected))


def test_threads_convert_with_a_fresh_mapping() -> None:
    sent = [path.read_bytes() for path in messages()]
    sent = [data for data in sent if data.count(b"MSH|") == 1] or [sent[0].split(b"\rMSH|")[0]]
    expected = [Mapping(package()).convert(data) for data in sent]
    mapping = Mapping(package())
    with ThreadPoolExecutor(THREADS) as pool:
        for done in pool.map(lambda _: [mapping.convert(data) for data in sent], range(THREADS)):
            assert done == expected


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")
def test_job_leaves_bodies_to_its_workers(tmp_path: Path) -> None:
    mapping = Mapping(package())
    options = Options(workers=2)
    report = run_job(mapping.plan, mapping.package.layout, messages(), tmp_path / "out", options)
    assert report.converted
    if report.workers > 1:
        assert made(mapping.plan) == []


def test_job_in_one_process_makes_what_its_records_need(tmp_path: Path) -> None:
    mapping = Mapping(package())
    run_job(mapping.plan, mapping.package.layout, messages()[:1], tmp_path / "out", Options(workers=1))
    assert 0 < len(made(mapping.plan)) < len(mapping.plan.rules) / 2


def by_rows(mapping: Mapping, data: bytes) -> object:
    return mapping._rows.convert(mapping._reader.record(data))


@pytest.mark.parametrize("way", [Mapping.convert, by_rows])
def test_one_message_makes_what_it_needs(way: Callable[[Mapping, bytes], object]) -> None:
    mapping = Mapping(package())
    way(mapping, messages()[0].read_bytes().split(b"\rMSH|")[0])
    assert 0 < len(made(mapping.plan)) < len(mapping.plan.rules) / 2
