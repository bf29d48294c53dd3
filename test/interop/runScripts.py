"""Runs scripts of this folder, one after another, in one process: what they import is loaded once.

Each line that comes in is a JSON list of a script's path and its arguments; each that goes out is one of what the script
printed and what it failed with, or null.
"""

import contextlib
import io
import json
import runpy
import sys
import traceback


def run(script, arguments):
    sys.argv = [script, *arguments]
    printed, failure = io.StringIO(), None
    with contextlib.redirect_stdout(printed):
        try:
            runpy.run_path(script, run_name="__main__")
        except BaseException:  # noqa: BLE001 - every failure is an answer here
            failure = traceback.format_exc()
    return printed.getvalue(), failure


for line in sys.stdin:
    path, *words = json.loads(line)
    print(json.dumps(run(path, words)), flush=True)
