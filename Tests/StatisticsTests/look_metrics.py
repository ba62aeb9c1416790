"""Reads a file of metrics by Prometheus' own client library, and looks for what metered.c holds: look_metrics.py FILE VARIANT."""

import sys

from prometheus_client.parser import text_fd_to_metric_families

path, variant = sys.argv[1:]
with open(path, encoding="ascii") as file:
    families = {family.name: family for family in text_fd_to_metric_families(file)}

expected = """info live_count live_bytes free_count free_bytes large_count large_bytes huge_count huge_bytes committed_bytes purgeable_bytes
metadata_bytes guard_count refused_guard_count foreign_free_count violations class_live_count class_page_count""".split()
assert sorted(families) == sorted("bulwark_" + name for name in expected), sorted(families)
for family in families.values():
    assert family.documentation and family.type in ("gauge", "counter"), family
    for sample in family.samples:
        assert sample.labels["variant"] == variant and sample.labels["pid"].isdigit(), sample
        assert sample.value >= 0 and sample.value == int(sample.value), sample


def value(name):
    (sample,) = families["bulwark_" + name].samples
    return sample.value


classes = {int(sample.labels["block_bytes"]): sample.value for sample in families["bulwark_class_live_count"].samples}
# Sampled blocks, one in thousands, are in the totals and in no class.
assert sum(live for size, live in classes.items() if 100 <= size <= 128) >= 990, classes
assert value("live_count") >= 1000 and value("live_bytes") >= 100_000 and value("committed_bytes") >= value("live_bytes")
assert value("info") == 1 and value("violations") == 0 and value("foreign_free_count") == 0
assert families["bulwark_violations"].type == "counter"
assert (value("guard_count") > 0) == (variant != "release")
