"""What INPUT names: folders with all that is below them, patterns, links; what is left out, and what is refused."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from interop.cli.inputs import expand_inputs, inputs_argument
from interop.errors import UsageError

Tree = Callable[..., Path]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Writes files below a folder, in the order given, and gives the folder."""

    def write(*names: str) -> Path:
        for name in names:
            path = tmp_path / "in" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("x")
        return tmp_path / "in"

    return write


def expanded(*words: Path | str, output: Path | None = None, above: Path | None = None) -> list[str]:
    files = expand_inputs([Path(word) for word in words], output)
    return [str(Path(file).relative_to(above or words[0])) for file in files]


NAMES = ["b.csv", "B.csv", "a/z.csv", "a-b/a.csv", "a.csv", "a/b/c/deep.csv", "é.csv", "10.csv", "9.csv"]
ORDER = ["10.csv", "9.csv", "B.csv", "a/b/c/deep.csv", "a/z.csv", "a-b/a.csv", "a.csv", "b.csv", "é.csv"]


@pytest.mark.parametrize("names", [NAMES, NAMES[::-1]])
def test_folder_is_all_that_is_below_it_in_one_order(tree: Tree, names: list[str]) -> None:
    assert expanded(tree(*names)) == ORDER


def test_order_of_the_words_stays(tree: Tree) -> None:
    folder = tree("a/1.csv", "b/1.csv", "c.csv")
    assert expanded(folder / "c.csv", folder / "b", folder / "a", above=folder) == ["c.csv", "b/1.csv", "a/1.csv"]


@pytest.mark.parametrize(
    "name",
    [
        ".hidden",
        ".git/config",
        "_SUCCESS",
        "_metadata",
        "_committed_17",
        "_temporary/0/part",
        "Thumbs.db",
        "a/_SUCCESS",
    ],
)
def test_what_is_no_data_is_left_out(tree: Tree, name: str) -> None:
    assert expanded(tree("a.csv", name)) == ["a.csv"]


@pytest.mark.parametrize("name", ["_people.csv", "SUCCESS", "no-ending", "_SUCCESS.csv", "report.json", "a.ndjson"])
def test_what_may_be_data_is_read(tree: Tree, name: str) -> None:
    assert sorted(expanded(tree("a.csv", name))) == sorted(["a.csv", name])


def test_what_is_named_is_read(tree: Tree) -> None:
    folder = tree(".hidden/a.csv", "_SUCCESS")
    assert expanded(folder / ".hidden", folder / "_SUCCESS", above=folder) == [".hidden/a.csv", "_SUCCESS"]


def test_other_than_files_are_left_out(tree: Tree) -> None:
    folder = tree("a.csv")
    os.mkfifo(folder / "pipe")
    assert expanded(folder) == ["a.csv"]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.hl7", ["a.hl7", "b.hl7"]),
        ("**/*.hl7", ["a.hl7", "b.hl7", "x/c.hl7", "x/y/d.hl7"]),
        ("*/*.hl7", ["x/c.hl7"]),
        ("x/**", ["x/c.hl7", "x/y/d.hl7", "x/y/e.csv"]),
        ("**/y", ["x/y/d.hl7", "x/y/e.csv"]),
        ("[ab].hl7", ["a.hl7", "b.hl7"]),
        ("x/?.hl7", ["x/c.hl7"]),
        ("../in/**/[!a-c].hl7", ["x/y/d.hl7"]),
        ("*", ["a.hl7", "b.hl7", "x/c.hl7", "x/y/d.hl7", "x/y/e.csv"]),
    ],
)
def test_pattern(tree: Tree, pattern: str, found: list[str]) -> None:
    folder = tree("b.hl7", "a.hl7", "x/c.hl7", "x/y/d.hl7", "x/y/e.csv", ".z.hl7")
    files = expand_inputs([folder / pattern])
    assert [str(Path(file).resolve().relative_to(folder)) for file in files] == found


def test_file_with_marks_of_a_pattern_in_its_name(tree: Tree) -> None:
    folder = tree("a[1].csv", "a1.csv")
    assert expanded(folder / "a[1].csv", above=folder) == ["a[1].csv"]


@pytest.mark.parametrize("pattern", ["*.xml", "x/**/*.hl7", "nowhere/*.hl7", "[", "**/.*"])
def test_pattern_that_matches_nothing(tree: Tree, pattern: str) -> None:
    with pytest.raises(UsageError, match="no file matches"):
        expand_inputs([tree("a.hl7", ".b.hl7") / pattern])


@pytest.mark.parametrize("name", ["_SUCCESS", ".hidden", "below/.hidden"])
def test_folder_without_files(tree: Tree, name: str) -> None:
    with pytest.raises(UsageError, match="holds no files"):
        expand_inputs([tree(name)])


def test_missing_file(tree: Tree) -> None:
    with pytest.raises(UsageError, match=r"no such file: .*nowhere\.csv"):
        expand_inputs([tree("a.csv") / "nowhere.csv"])


@pytest.mark.parametrize("words", [("a.csv", "a.csv"), ("", "a.csv"), ("a.csv", "*.csv"), ("", "")])
def test_one_file_twice(tree: Tree, words: tuple[str, ...]) -> None:
    folder = tree("a.csv")
    with pytest.raises(UsageError, match=r"a\.csv is given twice"):
        expand_inputs([folder / word for word in words])


def test_standard_input_twice() -> None:
    assert expand_inputs([Path("-")]) == ["-"]
    with pytest.raises(UsageError, match="- is given twice"):
        expand_inputs([Path("-"), Path("-")])


def test_links_are_followed(tree: Tree, tmp_path: Path) -> None:
    folder, elsewhere = tree("a.csv"), tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "b.csv").write_text("x")
    (folder / "link").symlink_to(elsewhere)
    (folder / "c.csv").symlink_to(elsewhere / "b.csv")
    assert expanded(folder) == ["a.csv", "c.csv"]  # b.csv under the first of its two names


@pytest.mark.parametrize("target", [".", "..", "../x"])
def test_links_in_a_loop(tree: Tree, target: str) -> None:
    folder = tree("x/a.csv", "b.csv")
    (folder / "x" / "again").symlink_to(folder / "x" / target)
    (folder / "x" / "self").symlink_to(folder / "x")
    assert expanded(folder) == ["b.csv", "x/a.csv"]


@pytest.mark.parametrize("target", ["nowhere", "gone.csv"])
def test_link_to_nothing(tree: Tree, target: str) -> None:
    folder = tree("a.csv")
    (folder / "gone.csv").symlink_to(folder / target)
    with pytest.raises(UsageError, match=r"gone\.csv is a link to nothing"):
        expand_inputs([folder])
    with pytest.raises(UsageError, match=r"no such file: .*gone\.csv"):
        expand_inputs([folder / "gone.csv"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_folder_that_may_not_be_read(tree: Tree) -> None:
    folder = tree("a.csv", "closed/b.csv")
    (folder / "closed").chmod(0)
    with pytest.raises(PermissionError):
        expand_inputs([folder])


def test_output_below_the_input_is_not_read(tree: Tree) -> None:
    folder = tree("a.csv", "out/Patient.ndjson", "z/out/Patient.ndjson")
    assert expanded(folder, output=folder / "out") == ["a.csv", "z/out/Patient.ndjson"]
    assert expanded(folder / "**" / "*.ndjson", output=folder / "z" / ".." / "out", above=folder) == [
        "z/out/Patient.ndjson"
    ]


def test_output_around_the_input_changes_nothing(tree: Tree, tmp_path: Path) -> None:
    assert expanded(tree("a.csv"), output=tmp_path) == ["a.csv"]


def test_output_that_is_the_input(tree: Tree) -> None:
    folder = tree("a.csv")
    with pytest.raises(UsageError, match="is the output folder too"):
        expand_inputs([folder], folder)
    assert expanded(folder / "a.csv", output=folder, above=folder) == ["a.csv"]


@pytest.mark.parametrize("left", [("report.json", "findings.ndjson"), (".interop/job.json",)])
def test_output_of_an_earlier_run_is_not_read(tree: Tree, left: tuple[str, ...]) -> None:
    folder = tree("a.csv", "old/Patient.ndjson", "old/quarantine/records.ndjson", *(f"old/{name}" for name in left))
    assert expanded(folder) == ["a.csv"]
    assert "Patient.ndjson" in expanded(folder / "old")


def test_argument_takes_patterns_and_standard_input() -> None:
    @click.command()
    @inputs_argument
    def show(inputs: tuple[Path, ...]) -> None:
        click.echo([str(word) for word in inputs])

    done = CliRunner().invoke(show, ["in/**/*.hl7", "-", "nowhere"])
    assert (done.exit_code, done.output.strip()) == (0, str(["in/**/*.hl7", "-", "nowhere"]))
    assert CliRunner().invoke(show, []).exit_code == 2
