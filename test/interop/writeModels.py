"""Writes model files as PyTorch does, without PyTorch, and prints their names: see model.test.ts.

usage: writeModels.py FOLDER
"""

import collections
import json
import os
import pickle
import struct
import sys
import types
import zipfile

FOLDER = sys.argv[1]


def module(name):
    parts = name.split(".")
    for end in range(1, len(parts) + 1):
        path = ".".join(parts[:end])
        if path not in sys.modules:
            sys.modules[path] = types.ModuleType(path)
            if end > 1:
                setattr(sys.modules[".".join(parts[: end - 1])], parts[end - 1], sys.modules[path])
    return sys.modules[name]


def placed(name, value):
    value.__module__, value.__qualname__, value.__name__ = name.rsplit(".", 1)[0], *(2 * [name.rsplit(".", 1)[1]])
    setattr(module(value.__module__), value.__name__, value)
    return value


rebuild = placed("torch._utils._rebuild_tensor_v2", lambda *parts: None)
HalfStorage = placed("torch.HalfStorage", type("HalfStorage", (), {}))


class Storage:
    def __init__(self, key, size):
        self.key, self.size = key, size


class Tensor:
    def __init__(self, *shape):
        self.shape = shape
        self.storage = Storage("0", 1)

    def __reduce__(self):
        strides = tuple(1 for _ in self.shape)
        return rebuild, (self.storage, 0, self.shape, strides, False, collections.OrderedDict())


def pickled(value, protocol):
    import io

    class Pickler(pickle.Pickler):
        def persistent_id(self, part):
            if isinstance(part, Storage):
                return ("storage", HalfStorage, part.key, "cpu", part.size)
            return None

    out = io.BytesIO()
    Pickler(out, protocol=protocol).dump(value)
    return out.getvalue()


def saved(name, value, protocol=2):
    with zipfile.ZipFile(os.path.join(FOLDER, name), "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("archive/data.pkl", pickled(value, protocol))
        archive.writestr("archive/byteorder", "little")
        archive.writestr("archive/data/0", bytes(64))
        archive.writestr("archive/version", "3\n")


def saved_old(name, value):
    with open(os.path.join(FOLDER, name), "wb") as out:
        out.write(pickled(0x1950A86A20F9469CFC6C, 2))
        out.write(pickled(1001, 2))
        out.write(pickled({"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2}}, 2))
        out.write(pickled(value, 2))
        out.write(pickled(["0"], 2))
        out.write(struct.pack("<q", 16) + bytes(64))


def network(dimension):
    weights = collections.OrderedDict()
    weights["enc_p.emb_phone.weight"] = Tensor(192, dimension)
    weights["enc_p.emb_phone.bias"] = Tensor(192)
    weights["dec.conv_pre.weight"] = Tensor(512, 192, 7)
    return weights


CONFIG = [1025, 32, 192, 192, 768, 2, 6, 3, 0, "1", [3, 7, 11], [[1, 3, 5]] * 3, [12, 10, 2, 2], 512, [24, 20, 4, 4], 109, 256]
RVC = {
    "weight": network(768),
    "config": [*CONFIG, 48000],
    "info": "250epoch",
    "sr": "48k",
    "f0": 1,
    "version": "v2",
}
APPLIO = {
    **RVC,
    "weight": network(768),
    "config": [*CONFIG, 40000],
    "info": "300e_5100s",
    "sr": 40000,
    "f0": True,
    "epoch": 300,
    "step": 5100,
    "embedder_model": "contentvec",
    "model_name": "미라",
    "author": "Ada 🎙",
    "model_hash": "a" * 64,
    "dataset_length": "00:12:01",
}
V1 = {"weight": network(256), "config": [*CONFIG, 40000], "info": "x", "sr": "40k", "f0": 0, "version": "v2"}
TRAINING = {"model": network(768), "iteration": 87, "optimizer": {"state": {0: {"exp_avg": Tensor(3)}}}, "learning_rate": 1e-4}
PRETRAINED = {"model": network(768)}
DISCRIMINATOR = {
    "model": collections.OrderedDict({"discriminators.0.convs.0.weight_g": Tensor(16, 1, 1)}),
    "iteration": 87,
    "optimizer": {},
    "learning_rate": 1e-4,
}


class Evil:
    def __reduce__(self):
        return os.system, ("true",)


for protocol in range(2, 6):
    saved(f"rvc-{protocol}.pth", RVC, protocol)
saved("applio.pth", APPLIO)
saved("v1.pth", V1)
saved("training.pth", TRAINING)
saved("pretrained.pth", PRETRAINED)
saved("discriminator.pth", DISCRIMINATOR)
saved("other.pth", {"anything": [1, 2.5, None, {"a": (1, 2)}], "big": 2**80})
saved("evil.pth", {**RVC, "weight": network(768), "extra": Evil()})
saved_old("old.pth", RVC)
with open(os.path.join(FOLDER, "evil-old.pth"), "wb") as out:
    out.write(pickle.dumps(Evil(), 2))
print(json.dumps(sorted(os.listdir(FOLDER))))
