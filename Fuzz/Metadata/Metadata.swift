enum MetadataHarness { static func run(_ input: inout Input) { } }
