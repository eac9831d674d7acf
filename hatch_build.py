"""Compiles `rust/` where there is a Rust compiler: the same bytes come out without it, more slowly."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from packaging.tags import sys_tags

MODULE = "src/interop/rust/_rust"
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
        cargo = shutil.which("cargo")
        if cargo is None:
            return "there is no Rust compiler (cargo)"
        target = Path(self.root, "build", "rust")
        command = [cargo, "build", "--quiet", "--release", "--locked", "--manifest-path", "rust/Cargo.toml"]
        done = subprocess.run(
            [*command, "--target-dir", str(target)], cwd=self.root, capture_output=True, text=True, check=False
        )
        if done.returncode:
            return done.stderr.strip()
        shutil.copyfile(target / "release" / library, module)
        return None
