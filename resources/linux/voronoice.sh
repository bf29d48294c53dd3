#!/bin/sh
# The window, or, with a command or asked for help, the command line: the same program without a window.
program=$(dirname "$(dirname "$(readlink -f "$0")")")/voronoice
case ${1-} in
  --window) shift ;;
  *[./]*) ;;
  [a-z]* | --help | -h | --version | -V)
    # Nothing is drawn: no display is looked for, and there is no page to keep in a sandbox.
    exec "$program" --ozone-platform=headless --no-sandbox --command-line "$@"
    ;;
esac
exec "$program" "$@"
