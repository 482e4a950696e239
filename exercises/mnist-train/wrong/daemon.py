# Tries to outlive its run: a grandchild in a session of its own that does not listen to SIGTERM.
import os
import signal
import time

child = os.fork()
if child == 0:
    os.setsid()
    if os.fork() == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(3600)
    os._exit(0)
os.waitpid(child, 0)
print("A process is left behind.")
