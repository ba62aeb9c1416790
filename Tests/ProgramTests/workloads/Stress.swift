// Task groups, actors, dictionaries, strings and copy-on-write arrays; prints sums of what they hold.

actor Ledger {
    private var entries: [String: [Int]] = [:]

    func record(_ key: String, _ value: Int) { entries[key, default: []].append(value) }

    func summary() -> String {
        let total = entries.values.reduce(0) { $0 &+ $1.reduce(0, &+) }
        return "\(entries.count) keys, total \(total)"
    }
}

final class Node {
    let label: String
    var children: [Node] = []
    weak var parent: Node?

    init(label: String, depth: Int, parent: Node?) {
        self.label = label
        self.parent = parent
        guard depth > 0 else { return }
        for index in 0..<4 { children.append(Node(label: label + ".\(index)", depth: depth - 1, parent: self)) }
    }

    var letters: Int { label.utf8.count + children.reduce(0) { $0 + $1.letters } + (parent == nil ? 1 : 0) }
}

func churn(_ seed: Int) -> Int {
    var state = UInt64(seed)
    var table: [String: String] = [:]
    var arrays: [[Int]] = []
    for step in 0..<8000 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let key = "key \(state >> 53)"
        if step % 3 == 2 { table[key] = nil } else { table[key, default: ""] += "é\(step)" }
        if step % 40 == 0 {
            var copy = arrays.last ?? []
            copy.append(step)
            arrays.append(copy)
        }
    }
    return table.reduce(0) { $0 + $1.key.count + $1.value.utf8.count } + arrays.reduce(0) { $0 + $1.count }
}

@main
struct Stress {
    static func main() async {
        let ledger = Ledger()
        let sum = await withTaskGroup(of: Int.self) { group in
            for task in 0..<16 {
                group.addTask {
                    for step in 0..<300 { await ledger.record("key \(step % 50)", step * task) }
                    return churn(task)
                }
            }
            var sum = 0
            for await part in group { sum += part }
            return sum
        }
        print("task group \(sum)")
        print("ledger \(await ledger.summary())")
        print("tree \(Node(label: "n", depth: 6, parent: nil).letters)")

        let stream = AsyncStream<[UInt8]> { continuation in
            Task {
                for size in 0..<2000 { continuation.yield([UInt8](repeating: UInt8(size & 255), count: size)) }
                continuation.finish()
            }
        }
        var received = 0
        for await block in stream { received += block.reduce(0) { $0 + Int($1) } }
        print("stream \(received)")

        var set = Set<Int>()
        for value in 0..<100_000 { set.insert(value * value % 65_537) }
        print("set \(set.count), sorted \(set.sorted().suffix(3))")
    }
}
