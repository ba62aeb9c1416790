#!/usr/bin/env bash
# What Bulwark is deployed as: an installation, a package, and settings of a system. Parts that need root or name spaces are
# skipped with a word where these are not to be had.
#
#   Tests/DeploymentTests/run.sh [--variant NAME] [--only PATTERN] [--quick]

here=$(cd "$(dirname "$0")" && pwd)
source "$here/../Support/harness.sh"
harness_start "$@"
need_packages gcc g++ libc6-dev binutils
for part in installation package system; do source "$here/$part.sh"; done
harness_finish
