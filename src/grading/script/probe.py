"""Tries what no script may do; prints a line for each that works, and leaves a file if the rest works."""

import os
import socket
import sys

canary, port = sys.argv[1:]


def must_fail(name, attempt):
    try:
        attempt()
    except OSError:
        return
    print("open:", name)


must_fail("a file of the host", lambda: open(canary).read())
must_fail("/etc/passwd", lambda: open("/etc/passwd").read())
must_fail("the environment of process 1", lambda: open("/proc/1/environ").read())
must_fail("the network", lambda: socket.create_connection(("127.0.0.1", int(port)), 1))
must_fail("writing to the data", lambda: open(os.environ["ASSAY_DATA"] + "/written", "w"))
must_fail("a link", lambda: os.symlink("/etc/hostname", "link"))
os.listdir(os.environ["ASSAY_DATA"])
with open("model.onnx", "w") as file:
    file.write("walls")
