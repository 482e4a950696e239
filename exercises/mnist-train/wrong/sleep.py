# Does nothing for an hour. Not listed in exercise.toml: it takes the whole of the ten minutes.
import time

time.sleep(3600)
