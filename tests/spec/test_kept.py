"""Kept packages: the same package, or none. None at the least change of anything that had a say in it."""

from __future__ import annotations

import io
import os
import pickle
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from pathlib import Path

import pytest

from interop.find import find_package, packages
from interop.plan.compile import compile_plan
from interop.plan.model import Plan
from interop.spec import kept
from interop.spec.draft import read_draft
from interop.spec.kept import KeptPackages
from interop.spec.load import checked
from interop.spec.package import Package
from interop.spec.tree import Rule
from tests.spec.conftest import Write

SHIPPED = [found.id for found in packages()]
CARD = "extends: xx/test\nid: yy/over\ntitle: Over\n"
Found = Callable[[str], Path]


def none(name: str) -> Path:
    raise LookupError(name)


def keep(keeping: KeptPackages, folder: Path, find_base: Found = none) -> Package:
    draft = read_draft(folder, find_base)
    package = checked(draft, draft.check())
    keeping.put(package, draft.layers)
    return package


@pytest.fixture
def keeping(tmp_path: Path) -> KeptPackages:
    return KeptPackages(tmp_path / "cache" / "interop")


@pytest.mark.parametrize("name", SHIPPED)
def test_it_is_the_same_package(name: str, keeping: KeptPackages) -> None:
    folder = find_package(name)
    assert keeping.get(folder, find_package) is None
    package = keep(keeping, folder, find_package)
    again = keeping.get(folder, find_package)
    assert again is not None
    assert again.uses == package.uses
    assert replace(again, rules=()) == replace(package, rules=())
    assert list(map(parts, again.rules)) == list(map(parts, package.rules))
    assert repr(again) == repr(package).replace(" Rule(", " _KeptRule(").replace("(Rule(", "(_KeptRule(")
    assert text(compile_plan(again)) == text(compile_plan(package))


def parts(rule: Rule) -> list[object]:
    return [getattr(rule, field.name) for field in fields(Rule)]


def test_a_body_is_unpacked_when_it_is_asked_for(write: Write, keeping: KeptPackages) -> None:
    folder = write()
    (rule,) = keep(keeping, folder).rules
    found = keeping.get(folder, none)
    assert found is not None
    (again,) = found.rules
    with pytest.raises(AttributeError):
        Rule.body.__get__(again)  # type: ignore[attr-defined]
    assert again.body is again.body
    assert again.body == rule.body
    with pytest.raises(AttributeError, match="nobody"):
        _ = again.nobody  # type: ignore[attr-defined]


def test_all_sources_have_a_say() -> None:
    """Those of the folders that read and check a package, and what they are in."""
    files = [file for name in ("spec", "fhir", "values") for file in (kept.PROGRAM / name).rglob("*") if file.is_file()]
    known = {kept.PROGRAM / name for name in kept._sources()}
    assert {file for file in [*files, *kept.PROGRAM.glob("*.py")] if "__pycache__" not in file.parts} <= known


def text(plan: Plan) -> str:
    """All of a plan, its bodies too, but where its functions happen to be in memory."""
    bodies = [rule.body for rule in plan.rules]
    return re.sub(r" at 0x[0-9a-f]+", "", f"{plan!r}{bodies!r}")


def changes(base: Path, over: Path) -> dict[str, Callable[[], object]]:
    return {
        "a letter": lambda: (base / "Patient.yaml").write_text((base / "Patient.yaml").read_text().replace("B", "A")),
        "a letter of a part": lambda: (base / "parts/name.yaml").write_text("$parameters: [of]\nfamily: of \n"),
        "a file more": lambda: (over / "Group.yaml").write_text("$resource: Group\n"),
        "a file less": lambda: (over / "mapping.yaml").rename(over / "other.yaml"),
        "another name": lambda: (base / "parts/name.yaml").rename(base / "parts/names.yaml"),
        "a base less": lambda: shutil.rmtree(base),
    }


@pytest.mark.parametrize("what", changes(Path(), Path()))
def test_nothing_is_kept_of_a_package_that_changed(write: Write, keeping: KeptPackages, what: str) -> None:
    base = write({"parts/name.yaml": "$parameters: [of]\nfamily: of\n"})
    over = write({"mapping.yaml": CARD, "Patient.yaml": "gender: SEX | code sex\n"}, name="over", bare=True)
    find_base = {"xx/test": base}.__getitem__
    keep(keeping, over, find_base)
    assert keeping.get(over, find_base) is not None
    changes(base, over)[what]()
    assert keeping.get(over, find_base) is None


def test_another_base_of_the_same_id(write: Write, keeping: KeptPackages) -> None:
    over = write({"mapping.yaml": CARD}, name="over", bare=True)
    keep(keeping, over, {"xx/test": write()}.__getitem__)
    other = write(name="other")  # findings would name its files
    assert keeping.get(over, {"xx/test": other}.__getitem__) is None


def test_files_are_named_as_the_folder_was_given(
    write: Write, keeping: KeptPackages, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write()
    keep(keeping, folder)
    monkeypatch.chdir(folder.parent)
    assert keeping.get(Path(folder.name), none) is None
    package = keep(keeping, Path(folder.name))
    assert package.rules[0].place.file == "package/Patient.yaml"
    found = keeping.get(Path(folder.name), none)
    assert found is not None
    assert found.rules[0].place == package.rules[0].place


def test_nothing_is_kept_of_another_program(
    write: Write, keeping: KeptPackages, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = write()
    program = tmp_path / "interop"
    for name in ("errors.py", "spec/tree.py", "fhir/data/codes.json"):
        (program / name).parent.mkdir(parents=True, exist_ok=True)
        (program / name).write_text("1")
    monkeypatch.setattr(kept, "PROGRAM", program)
    monkeypatch.setattr(kept, "_program", kept._program.__wrapped__)  # looked at anew
    keep(keeping, folder)
    assert keeping.get(folder, none) is not None
    (program / "fhir/data/codes.json").write_text("2")
    assert keeping.get(folder, none) is None
    keep(keeping, folder)
    monkeypatch.setattr(kept, "version", lambda name: f"{name} of tomorrow")
    assert keeping.get(folder, none) is None


def test_a_program_without_sources_keeps_nothing(
    write: Write, keeping: KeptPackages, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(kept, "PROGRAM", tmp_path / "nowhere")
    keep(keeping, write())
    assert not keeping.folder.exists()


@pytest.mark.parametrize("place", [0, 20, 200, -1])
def test_a_file_that_is_damaged_is_not_there(write: Write, keeping: KeptPackages, place: int) -> None:
    folder = write()
    keep(keeping, folder)
    (file,) = keeping.folder.iterdir()
    data = bytearray(file.read_bytes())
    data[place] ^= 1
    file.write_bytes(data)
    assert keeping.get(folder, none) is None
    file.write_bytes(file.read_bytes()[:-10])
    assert keeping.get(folder, none) is None
    file.write_bytes(b"")
    assert keeping.get(folder, none) is None
    keep(keeping, folder)
    assert keeping.get(folder, none) is not None


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="this system has no such rights")
def test_a_folder_that_others_may_write_is_not_used(write: Write, keeping: KeptPackages) -> None:
    folder = write()
    keep(keeping, folder)
    assert keeping.folder.stat().st_mode & 0o777 == 0o700
    keeping.folder.chmod(0o770)
    assert keeping.get(folder, none) is None
    for file in keeping.folder.iterdir():
        file.unlink()
    keep(keeping, folder)
    assert not list(keeping.folder.iterdir())


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="may write everywhere")
def test_a_folder_that_cannot_be_written_keeps_nothing(write: Write, tmp_path: Path) -> None:
    (tmp_path / "sealed").mkdir(mode=0o500)
    keeping = KeptPackages(tmp_path / "sealed" / "interop")
    keep(keeping, write())
    assert not keeping.folder.exists()


def test_a_file_in_the_way(write: Write, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    keeping = KeptPackages(tmp_path / "file" / "interop")
    folder = write()
    keep(keeping, folder)
    assert keeping.get(folder, none) is None


@pytest.mark.parametrize("error", [RecursionError("too deep"), pickle.PicklingError("a function"), MemoryError()])
def test_a_package_that_cannot_be_written_is_not_kept(
    write: Write, keeping: KeptPackages, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object) -> bytes:
        raise error

    monkeypatch.setattr(kept.pickle, "dumps", fail)
    keep(keeping, write())
    assert not keeping.folder.exists()


def test_a_library_that_nobody_knows_the_version_of(
    write: Write, keeping: KeptPackages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "LIBRARIES", ("no such distribution",))
    monkeypatch.setattr(kept, "_program", kept._program.__wrapped__)
    folder = write()
    keep(keeping, folder)
    assert keeping.get(folder, none) is None


@pytest.mark.skipif(os.name != "posix", reason="this system has no such names")
def test_a_folder_whose_name_is_no_text(write: Write, keeping: KeptPackages) -> None:
    folder = write(name=os.fsdecode(b"\xff"))
    keep(keeping, folder)
    assert keeping.get(folder, none) is None


def test_a_program_that_is_changed_while_it_runs_keeps_nothing_for_the_changed_one(
    write: Write, keeping: KeptPackages, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder, program = write(), tmp_path / "interop"
    program.mkdir()
    (program / "errors.py").write_text("1")
    monkeypatch.setattr(kept, "PROGRAM", program)
    kept._program.cache_clear()
    try:
        assert keeping.get(folder, none) is None
        (program / "errors.py").write_text("2")
        keep(keeping, folder)
        kept._program.cache_clear()  # the next run
        assert keeping.get(folder, none) is None
    finally:
        kept._program.cache_clear()


class Evil:
    """An object whose pickle names a function, or a class, that is to be called with words."""

    def __init__(self, call: Callable[..., object], *words: object) -> None:
        self.call, self.words = call, words

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self.call, self.words


def dotted(module: str, name: str, word: str) -> bytes:
    """A pickle that calls something inside a module with a word."""
    parts = [b"\x80\x04", *(b"\x8c" + bytes([len(one)]) + one.encode() for one in (module, name)), b"\x93"]
    return b"".join([*parts, b"\x8c", bytes([len(word)]), word.encode(), b"\x85R."])


@pytest.mark.parametrize(
    "made",
    [
        lambda mark: pickle.dumps(Evil(os.mkdir, mark)),
        lambda mark: pickle.dumps({"card": Evil(eval, f"__import__('os').mkdir({mark!r})")}),
        lambda mark: dotted("interop.spec.kept", "os.mkdir", mark),
        lambda mark: dotted("interop.spec.kept", "os.mkdir.__call__", mark),
        lambda mark: dotted("interop.spec.files", "read_files", mark),
        lambda mark: dotted("interop.spec.kept", "Path", mark),
    ],
    ids=["function", "eval", "inside a module", "further inside", "a function of ours", "a class of others"],
)
def test_no_code_is_run(write: Write, keeping: KeptPackages, made: Callable[[str], bytes]) -> None:
    folder = write()
    package = keep(keeping, folder)
    (file,) = keeping.folder.iterdir()
    mark = folder.parent / "mark"
    data = made(str(mark))
    with pytest.raises(pickle.UnpicklingError):
        kept._Unpickler(io.BytesIO(data)).load()
    head = kept.orjson.dumps(kept._head((), [kept.read_files(folder)], data))  # all else fits
    file.write_bytes(head + b"\n" + data)
    assert keeping.get(folder, none) is None
    assert not mark.exists()
    assert package.rules


def test_the_oldest_go(tmp_path: Path, keeping: KeptPackages, monkeypatch: pytest.MonkeyPatch, write: Write) -> None:
    monkeypatch.setattr(kept, "MOST", 2)
    folders = [write(name=name) for name in ("first", "second", "third")]
    for number, folder in enumerate(folders):
        keep(keeping, folder)
        for file in keeping.folder.iterdir():
            stat = file.stat()
            if stat.st_mtime_ns > 10**12:
                os.utime(file, ns=(number, number))
    get = partial(keeping.get, find_base=none)
    assert [get(folder) is not None for folder in folders] == [False, True, True]
    assert len(list(keeping.folder.iterdir())) == 2


def test_nothing_else_of_the_program_is_asked_while_a_package_is_loaded() -> None:
    files_of = "(module.__file__ for name, module in sys.modules.items() if name.startswith('interop'))"
    code = f"import sys, interop.spec.load; print(*{files_of})"
    files = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    known = {kept.PROGRAM / name for name in kept._sources()}
    assert {Path(file) for file in files} <= known
