enum ParsersHarness { static func run(_ input: inout Input) { } }
