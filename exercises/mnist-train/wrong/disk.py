# Tries to fill the disk, with one file after another.
from itertools import count

block = b"x" * (4 << 20)
for number in count():
    with open(f"file-{number}", "wb", buffering=0) as file:
        for _ in range(4):
            file.write(block)
