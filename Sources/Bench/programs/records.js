// records: JSON, strings, maps and buffers in node. Run by the benchmark as `node records.js OPERATIONS`. V8 has a heap
// of its own for JavaScript's objects; malloc serves buffers, compression, the parser's and compiler's zones, and
// whatever the runtime's own C++ keeps. An operation is one record built, written, packed, unpacked and read again.

"use strict";

const zlib = require("node:zlib");

const operations = Number(process.argv[2]);
if (process.argv.length !== 3 || !Number.isInteger(operations) || operations < 1) {
  console.error("usage: records.js OPERATIONS (at least 1)");
  process.exit(2);
}

function record(number) {
  const name = `user-${(number * 48271) % 1000003}`;
  return {
    id: number,
    name,
    tags: Array.from({ length: number % 8 }, (_, i) => `${name}/${i}`),
    note: name.repeat(number % 50),
  };
}

// Buffers above a few KiB are blocks of their own; sizes vary so that no one class serves them all.
function packed(text, number) {
  const bytes = Buffer.alloc(text.length + 4096 + (number % 60000));
  bytes.write(text, 0, "utf8");
  return number % 10 === 0 ? zlib.inflateRawSync(zlib.deflateRawSync(bytes, { level: 1 })) : Buffer.from(bytes);
}

const kept = new Map();
let found = 0;
for (let number = 0; number < operations; number++) {
  const text = JSON.stringify(record(number));
  const bytes = packed(text, number);
  const copy = JSON.parse(bytes.toString("utf8", 0, Buffer.byteLength(text)));
  found += copy.id;
  kept.set(copy.name, bytes);
  if (kept.size > 500) for (const name of [...kept.keys()].sort().filter((_, i) => i % 2)) kept.delete(name);
  // A function compiled anew now and then, as templates and queries are.
  if (number % 100 === 0) {
    const sum = new Function("n", `let s = 0; for (let i = 0; i < n; i++) s += i * ${number}; return s;`);
    if (sum(10) !== 45 * number) throw new Error("checksum: a function computed something else");
  }
}
if (found !== (operations * (operations - 1)) / 2) throw new Error("checksum: a record came back changed");
console.log(`operations ${operations}`);
