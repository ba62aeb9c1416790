# Python's own tests, as Debian ships them: each module of the package `test` in a process of its own.

suite python packages='python3 python3.11 libpython3.11-testsuite gcc libc6-dev' limit=600

python_programs() { echo /usr/bin/python3.11; }

# What reaches into memory, threads, processes and signals most.
python_quick='test_json test_dict test_list test_gc test_threading test_subprocess test_ctypes test_mmap test_faulthandler
  test_signal test_weakref test_memoryview test_zlib test_pickle test_fork1'

python_files() {
  if [ -n "${1:-}" ]; then printf '%s\n' $python_quick; else /usr/bin/python3.11 -m test --list-tests; fi
}

python_one() { PYTHONHASHSEED=0 /usr/bin/python3.11 -m test --junit-xml results.xml "$1"; }

python_outcomes() {
  [ -f "$work/results.xml" ] || return 0
  /usr/bin/python3.11 - "$work/results.xml" <<'PYTHON'
import sys, xml.etree.ElementTree as tree
for case in tree.parse(sys.argv[1]).iter("testcase"):
    kinds = {child.tag for child in case}
    outcome = next((kind for kind in ("error", "failure", "skipped") if kind in kinds), "passed")
    print(outcome, " ".join(case.get("name").split()), sep="\t")
PYTHON
}
