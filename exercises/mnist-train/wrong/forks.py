# Tries to fill the table of processes: all that it starts do the same. Only the first one gives up.
import os
import time

first = os.getpid()
refused = 0
while True:
    try:
        os.fork()
    except OSError:
        refused += 1
        if refused >= 50 and os.getpid() == first:
            raise
        time.sleep(0.1)
