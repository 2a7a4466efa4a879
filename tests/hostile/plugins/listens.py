# SHOWN Own words.
import socket, threading
server = socket.socket()
server.bind(('127.0.0.1', 0))
server.listen()
threading.Thread(target=server.accept).start()


class plugin:
    'Own words.'
