# The Swift compiler, then a program with actors, task groups and dictionaries over the shared runtime.

program swiftc loaded='swift-frontend stress' packages='libc6-dev'

swiftc_run() {
  # Modules that are compiled once are kept, so that only the first run waits for them.
  swiftc -O -swift-version 6 -parse-as-library -module-cache-path "$input/modules" "$workloads/Stress.swift" -o stress
  # Dictionaries are otherwise seeded differently in each process.
  SWIFT_DETERMINISTIC_HASHING=1 ./stress
}
