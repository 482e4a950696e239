# Tries to reach the network: first a service of the machine itself, then a public address.
import socket

last = RuntimeError("both could be reached")
for address in [("127.0.0.1", 8080), ("192.0.2.1", 443)]:
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as connection:
            connection.settimeout(5)
            connection.connect(address)
            print("CONNECTED", *address, flush=True)
    except OSError as error:
        print(*address, error, flush=True)
        last = error
raise last
