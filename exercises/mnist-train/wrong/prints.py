# Prints for ever.
while True:
    print("still training" * 8)
