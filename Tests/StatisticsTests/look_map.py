"""Looks at a map of the heap: look_map.py FILE reads what `map_file` wrote about held.c."""

import json
import sys

heap = json.load(open(sys.argv[1]))
assert heap["summary"] == "map" and heap["slice_byte_count"] == 65536, heap["summary"]
runs = []
for segment in heap["segments"]:
    base, place = int(segment["base"], 16), 0
    assert base % (32 << 20) == 0, segment["base"]
    for run in segment["runs"]:
        assert run["slice"] == place, run
        place += run["count"]
        if run["kind"] == "untouched":
            assert run["slice"] >= segment["committed_slice_count"], run
        runs.append(run)
    assert place == heap["slice_count"], place

pages = [run for run in runs if run["kind"] == "blocks"]
for page in pages:
    assert page["live"] + page["waiting"] + page["fresh"] <= page["made"] <= page["room"], page
    assert page["byte_count"] <= page["live"] * page["block_byte_count"], page
    assert page["guards"] == 2, page
    assert len(page["fill"]) == min(64, page["room"]), page
    assert (page["live"] == 0) == (page["fill"].strip("0.") == ""), page
    assert (page["made"] == page["room"]) or page["fill"].endswith(".") or page["room"] > 64, page


def total(size, field):
    return sum(page[field] for page in pages if page["block_byte_count"] == size)


# 1,000 of 100 bytes and a canary are held; of 1,000 bytes all were freed; some pages went, in the others they wait.
assert total(112, "live") >= 1000 and total(112, "byte_count") >= 100_000, total(112, "live")
assert total(1024, "live") < 100 and total(1024, "waiting") >= 500, total(1024, "waiting")
large = [run for run in runs if run["kind"] == "large" and run["byte_count"] == 300_000]
assert len(large) == 10 and all(run["state"] == "live" and run["guards"] == 2 for run in large), large
