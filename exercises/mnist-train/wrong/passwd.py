# Tries to read what belongs to the machine and to others.
import os

last = RuntimeError("everything could be read")
for path, read in [("/etc/passwd", open), ("/root", os.listdir), ("/home", os.listdir), ("/var", os.listdir)]:
    try:
        read(path)
        print("READ", path, flush=True)
    except OSError as error:
        print(path, error, flush=True)
        last = error
raise last
