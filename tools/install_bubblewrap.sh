#!/bin/sh
# Install bubblewrap where that needs no password; elsewhere print the one line to run and go on.
command -v bwrap >/dev/null 2>&1 && exit 0
if [ "$(uname -s)" != Linux ]; then
    echo "There is no bubblewrap for $(uname -s): only submissions that are known to be harmless will be graded here."
    exit 0
fi
if command -v apt-get >/dev/null 2>&1; then
    as_root=""
    [ "$(id -u)" -eq 0 ] || as_root="sudo -n"
    if [ -z "$as_root" ] || $as_root true 2>/dev/null; then
        export DEBIAN_FRONTEND=noninteractive
        $as_root apt-get install --yes --quiet bubblewrap >/dev/null 2>&1 ||
            { $as_root apt-get update --quiet && $as_root apt-get install --yes --quiet bubblewrap; } >/dev/null 2>&1
    fi
fi
command -v bwrap >/dev/null 2>&1 && exit 0
echo "bubblewrap is not installed. To install it:  sudo apt-get install --yes bubblewrap"
