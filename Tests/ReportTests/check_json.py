"""check_json.py FILE KEY=VALUE...: every line of FILE is a report as Core.docc/Reports.md describes it; the last one has the
values. `functions=a,b` are the innermost functions."""

import json
import re
import sys

ADDRESS = re.compile(r"^0x[0-9a-f]+$")
FIELDS = {
    "schema": int, "version": str, "variant": str, "violation": str, "message": str, "address": str, "subject": str,
    "process": int, "thread": int, "program": str, "unwinder": str, "frames": list,
}
OPTIONAL = {"byte_count": int, "block": dict, "deallocated": dict, "allocated": dict}


def check_frames(frames):
    for frame in frames:
        assert ADDRESS.match(frame["address"]), frame
        if "module" in frame:
            assert ADDRESS.match(frame["offset"]), frame
        if "symbol" in frame:
            assert frame["symbol"] and frame["symbol_offset"] > 0, frame


def check(report):
    for name, kind in FIELDS.items():
        assert type(report[name]) is kind, (name, report)
    for name, value in report.items():
        assert name in FIELDS or type(value) is OPTIONAL[name], (name, report)
    assert report["schema"] == 1, report
    assert ADDRESS.match(report["address"]), report
    assert report["message"].startswith("bulwark: "), report
    assert report["message"].endswith("by thread %d" % report["thread"]), report
    assert report["address"] in report["message"], report
    check_frames(report["frames"])


with open(sys.argv[1], encoding="utf-8") as file:
    text = file.read()
assert text.endswith("\n"), text
reports = [json.loads(line) for line in text.splitlines()]
assert reports
for report in reports:
    check(report)
for expected in sys.argv[2:]:
    name, _, value = expected.partition("=")
    if name == "count":
        found = str(len(reports))
    elif name == "functions":
        found = ",".join(frame.get("symbol", "?") for frame in reports[-1]["frames"][: value.count(",") + 1])
    else:
        found = str(reports[-1][name])
    assert found == value, (name, found, value)
