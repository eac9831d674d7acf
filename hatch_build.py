"""Compiles `rust/` where there is a Rust compiler: the same bytes come out without it, more slowly."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from runpy import run_path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from packaging.tags import sys_tags

MODULE = "src/interop/rust/_rust"
SOURCES = "src/interop/rust/sources.py"
LIBRARIES = {"darwin": ("libinterop_rust.dylib", ".abi3.so"), "win32": ("interop_rust.dll", ".pyd")}
WANTED = "INTEROP_RUST"  # 0: do not compile; 1: fail where it cannot be compiled


class RustBuild(BuildHookInterface):
    """Builds the compiled executor into the package, for wheels and for editable installs."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """See `BuildHookInterface`."""
        if self.target_name != "wheel":
            return
        library, suffix = LIBRARIES.get(sys.platform, ("libinterop_rust.so", ".abi3.so"))
        module = Path(self.root, MODULE + suffix)
        module.unlink(missing_ok=True)  # one of other sources than these would be worse than none
        wanted = os.environ.get(WANTED)
        if wanted == "0":
            return
        why = self._compile(library, module)
        if why is None:
            build_data["artifacts"].append(f"/{MODULE}{suffix}")
            build_data["pure_python"] = False
            build_data["tag"] = f"cp311-abi3-{next(sys_tags()).platform}"
        elif wanted == "1":
            raise RuntimeError(f"the compiled executor cannot be built: {why}")
        else:
            self.app.display_warning(f"interop is installed without its compiled executor: {why}")

    def _compile(self, library: str, module: Path) -> str | None:
        """Compiles; says why not where it cannot."""
        if sys.implementation.name != "cpython" or sysconfig.get_config_var("Py_GIL_DISABLED"):
            return "it is for CPython with its lock alone"
        cargo = shutil.which("cargo")
        if cargo is None:
            return "there is no Rust compiler (cargo)"
        crate, target = Path(self.root, "rust"), Path(self.root, "build", "rust")
        built = target / "release" / library
        command = [cargo, "build", "--quiet", "--release", "--locked"]
        command += ["--manifest-path", str(crate / "Cargo.toml"), "--target-dir", str(target)]
        told = {name: value for name, value in os.environ.items() if name != "CARGO_BUILD_TARGET"}
        told |= {"PYO3_BUILD_EXTENSION_MODULE": "1", "PYO3_PYTHON": sys.executable}  # no libpython is linked
        told["INTEROP_SOURCES"] = run_path(str(Path(self.root, SOURCES)))["digest"](crate)
        try:
            built.unlink(missing_ok=True)
            done = subprocess.run(command, cwd=self.root, env=told, capture_output=True, text=True, check=False)
            if done.returncode:
                return done.stderr.strip()
            shutil.copyfile(built, module)
        except OSError as error:
            return str(error)
        return None
