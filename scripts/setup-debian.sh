#!/usr/bin/env bash
# What a new Debian or Ubuntu machine needs from its package manager, and nothing where it has it already. Node and the rest come by npm.
set -euo pipefail

packages=()
command -v javac >/dev/null 2>&1 || packages+=(openjdk-17-jdk-headless)
command -v mvn >/dev/null 2>&1 || packages+=(maven)
# For the tests of the pages in a real browser.
command -v chromium >/dev/null 2>&1 || packages+=(chromium)
# The letters that its pictures are compared in.
fc-list 2>/dev/null | grep -q DejaVuSans || packages+=(fonts-dejavu-core)
# Makes the certificate of a test.
command -v openssl >/dev/null 2>&1 || packages+=(openssl)
# For the tests of the containers' entrypoints.
command -v shellcheck >/dev/null 2>&1 || packages+=(shellcheck)
# Other people's programs that tests send to and are asked by: npm run test:peers.
command -v rsyslogd >/dev/null 2>&1 || packages+=(rsyslog)
ls /usr/lib/*/rsyslog/omelasticsearch.so >/dev/null 2>&1 || packages+=(rsyslog-elasticsearch)
command -v prometheus >/dev/null 2>&1 || packages+=(prometheus)
command -v prometheus-alertmanager >/dev/null 2>&1 || packages+=(prometheus-alertmanager)
command -v victoria-metrics >/dev/null 2>&1 || packages+=(victoria-metrics)

if [ "${#packages[@]}" -eq 0 ]; then
  echo "Nothing to install: all that is needed is here." >&2
  exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -q >&2
"${as_root[@]}" apt-get install -y -q --no-install-recommends "${packages[@]}" >&2
