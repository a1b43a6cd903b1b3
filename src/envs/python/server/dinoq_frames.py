"""Frames: what goes over the pipes between the parent (python_process.ts) and this process.

The parent asks through standard input; answers go to standard output. Both directions carry frames:

    4 bytes  b"DQP1"
    u32      kind (below); of an answer also TAGGED, when the JSON holds tagged values
    u32      length of the body
    u32      length of the JSON
             the body: raw bytes of arrays
             the JSON, in UTF-8

All numbers are little-endian. Each request has one answer, in order. The body of RESULT holds the
lanes' rewards (float64), terminated and truncated (a byte each), zeros up to a multiple of 8, the
observations, and then the last observations of episodes that ended in mode "same_step". The bodies of
STATE and of the request SET_STATE hold the lanes' states, whose lengths are in the JSON.
"""

import json
import os
import select
import struct
import time

# Frames go over duplicates of the standard streams, which then become harmless: what environments
# print goes to standard error, and what they read is empty.
REQUESTS = os.fdopen(os.dup(0), "rb")
ANSWERS = os.dup(1)
os.dup2(2, 1)
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)

MAGIC = b"DQP1"
HEADER = struct.Struct("<4sIII")
MAKE, RESET, STEP, CLOSE, GET_STATE, SET_STATE = 1, 2, 3, 4, 5, 6
READY, RESULT, ERROR, CLOSED, STATE = 11, 12, 13, 14, 15
TAGGED = 256

# Seconds that are left to a step when the parent has gone.
GRACE = 5
CAN_GATHER = hasattr(os, "writev")


def receive():
    """The next request as (kind, body, value of the JSON); None when the parent has gone."""
    head = REQUESTS.read(HEADER.size)
    if len(head) < HEADER.size:
        return None
    magic, kind, body_length, json_length = HEADER.unpack(head)
    if magic != MAGIC:
        raise RuntimeError(f"a request began with {magic!r}, which is no frame")
    body = REQUESTS.read(body_length)
    text = REQUESTS.read(json_length)
    return kind, body, json.loads(text) if text else {}


def send(kind, parts=(), text=b""):
    """Sends an answer: the parts one after the other are its body."""
    body_length = sum(len(part) for part in parts)
    send_all([HEADER.pack(MAGIC, kind, body_length, len(text)), *parts, text])


def send_all(parts):
    """Writes all bytes of some buffers, in as few calls as the system allows."""
    length = sum(map(len, parts))
    count = os.writev(ANSWERS, parts) if CAN_GATHER and len(parts) <= 16 else 0
    if count < length:
        rest = memoryview(b"".join(parts))[count:]
        while rest:
            rest = rest[os.write(ANSWERS, rest) :]


def end_with_parent():
    """Ends this process when the parent has gone, also in the middle of a step."""
    poll = select.poll()
    poll.register(REQUESTS.fileno(), 0)  # nothing but the other end's closing
    poll.poll()
    time.sleep(GRACE)
    os._exit(1)


def widen_pipe():
    """Lets an answer of a MiB lie in the pipe, so that its writer need not wait in its middle."""
    try:
        import fcntl

        fcntl.fcntl(ANSWERS, fcntl.F_SETPIPE_SZ, 2**20)
    except (ImportError, AttributeError, OSError):
        pass  # Linux has it, and gives so much to those who have not got too much already
