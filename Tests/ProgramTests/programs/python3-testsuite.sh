# Parts of Python's own test suite that create and destroy many objects.
#
# Every object comes from malloc. Only the outcome of each test is printed: the suite also prints times.

program python3-testsuite packages='python3 libpython3.11-testsuite' loaded='python3'

python3-testsuite_run() {
  # `all` resources are not wanted: no network, no audio, no large files.
  # Reports to a file: the debug variant's, of leaks in the programs that it calls, would come between a test's name and its
  # outcome.
  BULWARK_OPTIONS=report_fd=0:report_file=$PWD/reports PYTHONHASHSEED=0 PYTHONMALLOC=malloc /usr/bin/python3 -m test -v \
    test_dict test_list test_bytes test_array test_re test_json test_gc test_zlib test_ctypes \
    test_deque test_struct test_heapq test_memoryview test_unicode >results 2>&1 ||
    { grep -E -A 8 '^(FAIL|ERROR): ' results >&2; tail -n 6 results >&2
      grep '^bulwark: ' reports >&2; false; }
  grep -E ' \.\.\. (ok|skipped|FAIL|ERROR|expected)' results | sed 's/0x[0-9a-f]*/ADDRESS/g' | sort
  grep -E '^Ran [0-9]+ tests|^[0-9]+ tests? ' results | sed 's/ in .*//'
}
