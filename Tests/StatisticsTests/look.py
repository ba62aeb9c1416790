"""Looks at the table of sizes: look.py FILE reads what `statistics=1` wrote as JSON about held.c."""

import json
import sys

lines = [json.loads(line) for line in open(sys.argv[1])]
(table,) = [line for line in lines if line.get("summary") == "sizes"]
rows = {row.get("block_byte_count", row.get("kind")): row for row in table["sizes"]}

small = rows[112]
assert small["block_count"] >= 1000 and small["byte_count"] >= 100_000, small
assert small["waste_byte_count"] == 112 * small["block_count"] - small["byte_count"], small
assert small["total_block_count"] >= small["peak_block_count"] >= small["block_count"], small

gone = rows[1024]  # 1000 and 1001 bytes and a canary
assert gone["block_count"] < 100 and gone["peak_block_count"] >= 5000, gone
assert gone["total_block_count"] >= 7500, gone

large = rows["large"]
assert large["block_count"] == 10 and large["byte_count"] == 3_000_000, large
for row in rows.values():
    assert row["peak_block_count"] >= row["block_count"] <= row["total_block_count"], row
    assert row["waste_byte_count"] < 1 << 40, row
