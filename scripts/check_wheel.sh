#!/usr/bin/env bash
# Builds the wheel, installs it in an empty environment outside the checkout, and uses it there.
set -euo pipefail
python="${BIN:-.venv/bin}/python"
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT

"$python" -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir "$here/dist" .
"$python" -m venv "$here/venv"
"$here/venv/bin/python" -m pip install --quiet --disable-pip-version-check "$here"/dist/interop-*.whl
cp samples/uk/immunisation/*.csv "$here/"

cd "$here"
ls -l dist
venv/bin/interop --version
venv/bin/interop list
venv/bin/interop new zz/clinic -o clinic > /dev/null
venv/bin/interop check clinic
venv/bin/interop convert -m uk/immunisation -o out ./*.csv
