// Buffers, worker threads, compression, cryptography and children of Node.js; prints digests of what they hold.

'use strict';
const { Worker, isMainThread, parentPort, workerData } = require('worker_threads');
const { execFileSync } = require('child_process');
const crypto = require('crypto');
const util = require('util');
const zlib = require('zlib');

const digest = data => crypto.createHash('sha256').update(data).digest('hex').slice(0, 16);

function buffers(seed) {
  let state = seed >>> 0;
  const kept = [];
  for (let step = 0; step < 8000; step++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const buffer = Buffer.allocUnsafeSlow(state % 5000).fill(step & 255);
    if (kept.length > 200) kept.splice(state % 100, 50);
    kept.push(buffer, Buffer.alloc(step % 100));
  }
  return Buffer.concat(kept);
}

async function main() {
  console.log('buffers', digest(buffers(1)));

  const answers = await Promise.all([1, 2, 3, 4].map(seed => new Promise((resolve, reject) => {
    const worker = new Worker(__filename, { workerData: seed });
    worker.on('message', resolve);
    worker.on('error', reject);
  })));
  for (const answer of answers) console.log('worker', digest(answer), answer.length);

  const rows = Array.from({ length: 20000 }, (_, id) => ({ id, name: 'row ' + id, tags: ['é'.repeat(id % 7)] }));
  const text = JSON.stringify(rows);
  console.log('json', digest(JSON.stringify(JSON.parse(text).reverse())));

  const gzip = util.promisify(zlib.gzip), gunzip = util.promisify(zlib.gunzip);
  const brotli = util.promisify(zlib.brotliCompress), unbrotli = util.promisify(zlib.brotliDecompress);
  for (const [pack, unpack] of [[gzip, gunzip], [data => brotli(data, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } }), unbrotli]]) {
    const packed = await Promise.all([1, 2, 3, 4].map(n => pack(text.slice(n * 1000))));
    for (const data of packed) console.log('zlib', data.length, digest(await unpack(data)));
  }

  const scrypt = util.promisify(crypto.scrypt);
  for (const key of await Promise.all(['a', 'b', 'c', 'd'].map(word => scrypt(word, 'salt', 64, { N: 4096 }))))
    console.log('scrypt', digest(key));
  const { privateKey, publicKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 1024 });
  console.log('rsa', crypto.verify('sha256', text, publicKey, crypto.sign('sha256', text, privateKey)));

  for (let n = 0; n < 5; n++) console.log('child', execFileSync('/bin/echo', [String(n)]).toString().trim());
}

if (isMainThread) main();
else parentPort.postMessage(buffers(workerData));
