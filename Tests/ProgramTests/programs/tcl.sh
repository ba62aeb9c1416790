# Tcl: dictionaries, lists, strings, child interpreters; its allocator keeps a cache for each thread.

program tcl packages='tcl' loaded='tclsh'

tcl_run() { tclsh "$workloads/stress.tcl"; }
