// What the options may need of a variant, from its flags.

extension Flags {
    /// The mechanisms that the variant has; options of the others cost a warning line.
    static var mechanisms: Mechanisms {
        var mechanisms = Mechanisms()
        if guardPages { mechanisms.insert(.guardPages) }
        if sizeChecks { mechanisms.insert(.sizeChecks) }
        if backtraces { mechanisms.insert(.backtraces) }
        if blockStacks { mechanisms.insert(.blockStacks) }
        if leakReport { mechanisms.insert(.leakReport) }
        if heapChecks { mechanisms.insert(.heapChecks) }
        if familyChecks { mechanisms.insert(.familyChecks) }
        if fillPatterns { mechanisms.insert(.fillPatterns) }
        if longQuarantine { mechanisms.insert(.longQuarantine) }
        if sampledGuards { mechanisms.insert(.sampledGuards) }
        if handlesFaults { mechanisms.insert(.faultReports) }
        if guardedCopies { mechanisms.insert(.guardedCopies) }
        if faultInjection { mechanisms.insert(.faultInjection) }
        return mechanisms
    }
}
