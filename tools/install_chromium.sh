#!/bin/sh
# Install Chromium, in which the tests read the book, where that needs no password; elsewhere print the one line to run and go on.
command -v chromium >/dev/null 2>&1 && exit 0
if [ "$(uname -s)" != Linux ]; then
    echo "Without Chromium the tests of the book in a browser are skipped."
    exit 0
fi
if command -v apt-get >/dev/null 2>&1; then
    as_root=""
    [ "$(id -u)" -eq 0 ] || as_root="sudo -n"
    if [ -z "$as_root" ] || $as_root true 2>/dev/null; then
        export DEBIAN_FRONTEND=noninteractive
        $as_root apt-get install --yes --quiet chromium >/dev/null 2>&1 ||
            { $as_root apt-get update --quiet && $as_root apt-get install --yes --quiet chromium; } >/dev/null 2>&1
    fi
fi
command -v chromium >/dev/null 2>&1 && exit 0
echo "Chromium is not installed, so the tests of the book in a browser are skipped. To install it:"
echo "    sudo apt-get install --yes chromium"
