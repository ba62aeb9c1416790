enum MisuseHarness { static func run(_ input: inout Input) { } }
