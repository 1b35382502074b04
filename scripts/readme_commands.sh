#!/usr/bin/env bash
# The README's two commands, taken from README.md as they stand there and run in a fresh clone of this
# repository: the first has to end with status 1 and findings (the examples hold mistakes on purpose),
# the second has to pass the tests. Nothing is written in the repository itself.
set -euo pipefail
repo=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

if [ -n "$(git -C "$repo" status --porcelain)" ]; then
  echo "note: what is not committed is not in the clone that these commands run in" >&2
fi
git clone --quiet "$repo" "$scratch/orderlint"
# Some tests read material beside the repository; they say so and are skipped where it is missing.
if [ -d "$repo/../shared" ]; then ln -s "$(cd "$repo/../shared" && pwd)" "$scratch/shared"; fi
cd "$scratch/orderlint"

# The first two ```sh blocks of the README, one command each.
command_of() {
  awk -v wanted="$1" '/^```sh$/ { block++; inside = 1; next } /^```$/ { inside = 0 } inside && block == wanted' README.md
}
first=$(command_of 1)
second=$(command_of 2)
for command in "$first" "$second"; do
  case "$command" in
    *orderlint*check* | *pytest*) ;;
    *) echo "README.md: its first two blocks are not the two commands any more: $command" >&2; exit 1 ;;
  esac
done

echo "\$ $first"
status=0
bash -c "$first" > "$scratch/report.txt" < /dev/null || status=$?
cat "$scratch/report.txt"
if [ "$status" -ne 1 ] || ! grep -q '^error\[' "$scratch/report.txt"; then
  echo "the first command ended with status $status; it should report errors of the examples, with status 1" >&2
  exit 1
fi

rm -rf .venv  # a fresh machine for each of the two
echo "\$ $second"
bash -c "$second" < /dev/null
