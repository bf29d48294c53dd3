#!/bin/sh
# The window, or, with a command or asked for help, the command line: the same program without a window.
program=$(dirname "$(dirname "$(readlink -f "$0")")")/voronoice
# Chromium reserves a terabyte of addresses, which takes no memory; a limit on them ends it without a word.
limit=$(ulimit -v)
if [ "$limit" != unlimited ] && [ "$limit" -lt 1300000000 ]; then
  echo "Voronoice cannot start where addresses are limited (ulimit -v $limit). Take the limit away: ulimit -v unlimited" >&2
  exit 1
fi
case ${1-} in
  --window) shift ;;
  *[./]*) ;;
  [a-z]* | --help | -h | --version | -V)
    # Nothing is drawn: no display and no graphics card are looked for, there is no page to keep in a sandbox, and what
    # Chromium misses is nobody's concern.
    exec "$program" --ozone-platform=headless --no-sandbox --disable-gpu --log-level=3 --command-line "$@"
    ;;
esac
exec "$program" "$@"
