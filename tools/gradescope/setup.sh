#!/usr/bin/env bash
# Runs once, when Gradescope builds the image (base image: Ubuntu 24.04). See docs/grading.md.
set -euo pipefail
apt-get update -qq
apt-get install -y -qq --no-install-recommends bubblewrap make python3 python3-venv
make -C "${AUTOGRADER:-/autograder}/source/course" .venv/lab
