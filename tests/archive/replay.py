"""Replays one page of a collection with pywb, in the folder it is started in.

``python replay.py COLLECTION URL FILE`` with an interpreter that has pywb: writes the body to
the file as pywb serves it (``id_``: not rewritten). No imports of the project here.
"""

import sys
from importlib import import_module
from pathlib import Path

if __name__ == "__main__":
    application = import_module("pywb.apps.frontendapp").FrontEndApp()
    client = import_module("werkzeug.test").Client(application)
    answer = client.get(f"/{sys.argv[1]}/2026id_/{sys.argv[2]}")
    if answer.status_code != 200:
        sys.exit(f"pywb answered {answer.status}")
    Path(sys.argv[3]).write_bytes(answer.data)
