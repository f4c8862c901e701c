#!/usr/bin/env python3
"""A typical native messaging host in Python. It answers each message with the same message."""
import json
import struct
import sys


def read_message():
    header = sys.stdin.buffer.read(4)
    if len(header) < 4:
        sys.exit(0)
    (length,) = struct.unpack("@I", header)
    return json.loads(sys.stdin.buffer.read(length).decode("utf-8"))


def send_message(message):
    body = json.dumps(message).encode("utf-8")
    sys.stdout.buffer.write(struct.pack("@I", len(body)))
    sys.stdout.buffer.write(body)
    sys.stdout.buffer.flush()


while True:
    send_message(read_message())
