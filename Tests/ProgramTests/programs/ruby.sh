# Ruby: hashes, strings, threads, compacting garbage collection, child processes.

program ruby packages='ruby' loaded='ruby'

ruby_run() { ruby "$workloads/stress.rb"; }
