// How workloads are named on the command line and in the table of budgets.

import Foundation

/// Whether a name matches a pattern with * or ?, or contains one without.
func matches(_ name: String, _ pattern: String) -> Bool {
    pattern.contains { "*?".contains($0) } ? unsafe fnmatch(pattern, name, 0) == 0 : name.contains(pattern)
}
