# Python's own objects, with its small-object allocator and with every object from malloc, then threads,
# processes and ctypes. PYTHONHASHSEED makes the order of sets the same in each run.

program python3 quick=yes packages='python3' loaded='python3'

python3_run() {
  export PYTHONHASHSEED=0
  python3 "$workloads/objects.py"
  PYTHONMALLOC=malloc python3 "$workloads/objects.py"
  python3 "$workloads/parallel.py"
}
