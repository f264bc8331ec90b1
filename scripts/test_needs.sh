#!/bin/sh
# What the tests need beside Python packages: a browser, LibreOffice, a reader of PDF, PostgreSQL and two proxies.
# Debian's packages are installed where they are missing and we are root; otherwise this says what is missing and fails.
set -eu
cd "$(dirname "$0")/.."

missing=""
need() { # command or file pattern, Debian package
    for place in $1; do
        if [ -x "$place" ] || command -v "$place" >/dev/null 2>&1; then return 0; fi
    done
    missing="$missing $2"
}

# Any installed Chromium will do; the names are those that tests/chromium.py looks for.
browsers="${CONCORD_CHROMIUM:-} chromium-headless-shell chromium chromium-browser google-chrome"
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    # Where none is there, the shell: a third of the time of the browser with a window.
    need "$browsers" chromium-headless-shell
else
    need "$browsers" chromium
fi
need "soffice /usr/lib/libreoffice/program/soffice" libreoffice-writer-nogui
need "pdftotext" poppler-utils
need "pg_ctl /usr/lib/postgresql/*/bin/pg_ctl" postgresql
need "nginx /usr/sbin/nginx" nginx
need "caddy" caddy
need "openssl" openssl
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing for the tests:$missing"
    apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
    exit 0
fi

case "$missing" in *chromium*)
    if .venv/bin/playwright install chromium >/dev/null 2>&1; then missing=$(echo "$missing" | sed 's/ chromium//'); fi ;;
esac
[ -z "$missing" ] && exit 0
echo "The tests need these programs, which are not installed:$missing" >&2
exit 1
