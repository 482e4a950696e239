# Tries to use up the memory with many processes, each of them below the limit.
import os
import time

for _ in range(30):
    if os.fork() == 0:
        block = bytearray(200 << 20)
        block[::4096] = b"x" * (len(block) // 4096)
        time.sleep(3600)
    time.sleep(0.1)
time.sleep(3600)
