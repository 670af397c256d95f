#!/usr/bin/env bash
# Makes a seed of each capture under fixtures/: the name of its format, a line end, the capture.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p fuzz/seeds
for folder in fixtures/captures/*/; do
  format=$(basename "$folder")
  for file in "$folder"*; do
    case $file in *.base-string | *.options | *.signing-key | *.md | *.py) continue ;; esac
    { printf '%s\n' "$format"; cat "$file"; } > "fuzz/seeds/$format-$(basename "$file")"
  done
done
