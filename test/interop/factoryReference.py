"""Makes indexes from factory strings with FAISS itself, for comparison.

usage: factoryReference.py CASES.json

CASES.json holds a list of {"text", "dimension", "metric", "points"}. The cases run in a child process, for some strings
abort FAISS or take all memory; the next child goes on behind the one that ended it. With points > 0 the index is also trained, filled, searched as the hosts
do, and written. Prints one JSON list in the order of the cases. It shares no code with Voronoice.
"""

import json
import os
import resource
import signal
import sys
import tempfile

# The threads of a parent do not survive a fork, and a spinning team of them is slower than one.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import faiss  # noqa: E402
import numpy as np  # noqa: E402

METRICS = {"l2": faiss.METRIC_L2, "ip": faiss.METRIC_INNER_PRODUCT}
MEMORY = 3 << 30
SECONDS = 20


def frames(points, dimension):
    """Vectors in clusters of unlike sizes, of the norm that HuBERT's have."""
    rng = np.random.default_rng(points * 1000 + dimension)
    centers = rng.standard_normal((40, dimension))
    sizes = rng.dirichlet(np.ones(40))
    chosen = centers[rng.choice(40, points + 64, p=sizes)] + 0.5 * rng.standard_normal((points + 64, dimension))
    chosen *= 10 / np.linalg.norm(chosen, axis=1).mean()
    return chosen[:points].astype(np.float32), chosen[points:].astype(np.float32)


def fill(index, vectors):
    if isinstance(index, faiss.IndexIDMap):
        index.add_with_ids(vectors, np.arange(len(vectors)))
    elif isinstance(index, faiss.IndexPreTransform) and "IDMap" in type(faiss.downcast_index(index.index)).__name__:
        index.add_with_ids(vectors, np.arange(len(vectors)))
    else:
        index.add(vectors)


def blend(vectors, queries, distances, labels):
    """RVC's kernel."""
    with np.errstate(divide="ignore", invalid="ignore"):
        weights = np.square(1.0 / distances)
        weights /= weights.sum(axis=1, keepdims=True)
    blended = (vectors[labels] * weights[:, :, None]).sum(axis=1)
    known = ~np.isnan(blended).any(axis=1)
    if not known.any():
        return None
    return float(np.linalg.norm(blended[known], axis=1).mean() / np.linalg.norm(queries[known], axis=1).mean())


def build(index, points):
    vectors, queries = frames(points, index.d)
    index.train(vectors)
    fill(index, vectors)
    distances, labels = index.search(queries, 8)
    handle, path = tempfile.mkstemp(suffix=".index")
    os.close(handle)
    try:
        faiss.write_index(index, path)
        answer = {"bytes": os.path.getsize(path), "found": float((labels >= 0).mean())}
    finally:
        os.unlink(path)
    yield answer
    # The host reads the file; what follows may end the process.
    again = faiss.deserialize_index(faiss.serialize_index(index))
    stored = again.reconstruct_n(0, again.ntotal)
    scale = np.linalg.norm(vectors, axis=1).mean()
    answer["error"] = float(np.linalg.norm(stored - vectors, axis=1).mean() / scale)
    answer["normRatio"] = blend(stored, queries, distances, labels)
    yield answer


def make(case):
    index = faiss.index_factory(case["dimension"], case["text"], METRICS[case["metric"]])
    answer = {"outcome": "made", "fourcc": None, "nlist": None, "built": None}
    try:
        answer["fourcc"] = bytes(faiss.serialize_index(index)[:4]).decode("latin-1")
    except RuntimeError:
        pass  # some can only be written once they are trained
    answer["nlist"] = nlist_of(index)
    yield answer
    if case["points"] > 0:
        for built in build(index, case["points"]):
            answer["built"] = built
            yield answer


def nlist_of(index):
    """Of the index that searches first, whatever is around it."""
    index = faiss.downcast_index(index)
    if isinstance(index, faiss.IndexRefine):
        return nlist_of(index.base_index)
    if isinstance(index, (faiss.IndexIDMap, faiss.IndexIDMap2, faiss.IndexPreTransform)):
        return nlist_of(index.index)
    return index.nlist if isinstance(index, faiss.IndexIVF) else None


def tell(pipe, place, answer):
    os.write(pipe, (json.dumps([place, answer]) + "\n").encode())


def child(cases, first, pipe):
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    for place in range(first, len(cases)):
        signal.alarm(SECONDS)
        tell(pipe, place, {"outcome": "crashed"})
        said = {"outcome": "refused"}
        try:
            for said in make(cases[place]):
                tell(pipe, place, said)
        except BaseException as error:  # noqa: BLE001 - every failure is an answer here
            tell(pipe, place, {**said, "error": str(error).splitlines()[0] if str(error) else type(error).__name__})
    os._exit(0)


def run(cases, first):
    """Answers of the cases from the first on, as far as a child lived; the last of them may have ended it."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reading)
        child(cases, first, writing)
    os.close(writing)
    answers = {}
    with os.fdopen(reading) as stream:
        for line in stream:
            place, answer = json.loads(line)
            answers[place] = {"crashed": False, "error": None, **answer}
    _, status = os.waitpid(process, 0)
    if os.WIFSIGNALED(status):
        answers[max(answers)]["crashed"] = True
    return [answers[place] for place in sorted(answers)]


def main():
    with open(sys.argv[1], encoding="utf-8") as stream:
        cases = json.load(stream)
    answers = []
    while len(answers) < len(cases):
        answers += run(cases, len(answers))
    print(json.dumps(answers))


if __name__ == "__main__":
    main()
