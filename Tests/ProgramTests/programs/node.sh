# Node.js: buffers outside of V8's heap, worker threads, JSON, zlib and crypto in the thread pool.

program node packages='nodejs' unless_found='node' loaded='node'

node_run() { node "$workloads/stress.js"; }
