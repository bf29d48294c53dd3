"""Python's own `wave` as the judge of ours: `write DIR` makes files and names them, `read FILE` prints what one holds."""

import json
import struct
import sys
import wave

VALUES = [0, 1, -1, 100, -100, 2**6, -(2**6)]


def write(folder):
    names = []
    for width in (1, 2, 3, 4):
        for channels, rate in ((1, 16000), (2, 44100), (5, 96000)):
            names.append(f"{width}_{channels}_{rate}.wav")
            with wave.open(f"{folder}/{names[-1]}", "wb") as file:
                file.setparams((channels, width, rate, 0, "NONE", ""))
                for value in VALUES:
                    # Scaled to the width, the same in every channel; 8 bits are unsigned.
                    number = 128 + value if width == 1 else value << (8 * width - 8)
                    file.writeframes((number % 2 ** (8 * width)).to_bytes(width, "little") * channels)
    return names


def read(path):
    with wave.open(path, "rb") as file:
        frames = file.readframes(file.getnframes())
        samples = struct.unpack(f"<{file.getnframes()}h", frames)
        return {"rate": file.getframerate(), "channels": file.getnchannels(), "samples": samples}


print(json.dumps({"write": write, "read": read}[sys.argv[1]](sys.argv[2])))
