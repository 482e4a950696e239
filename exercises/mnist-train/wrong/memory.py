# Tries to use up the memory, with pages that are really touched.
blocks = []
while True:
    block = bytearray(32 << 20)
    block[::4096] = b"x" * (len(block) // 4096)
    blocks.append(block)
