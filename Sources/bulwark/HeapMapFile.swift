// A map of a heap, as the debug library writes it: option map_file, bw_write_map (Core.docc/HeapMapNotes.md).

import Foundation

struct HeapMapFile: Decodable {
    let version: String
    let variant: String
    let summary: String
    let process: Int
    let program: String
    let sliceByteCount: Int
    let sliceCount: Int
    let sampledBlockCount: Int?
    let sampledByteCount: Int?
    let segments: [Segment]
    let huge: [Run]

    struct Segment: Decodable {
        let base: String
        let committedSliceCount: Int
        let runs: [Run]
    }

    enum Kind: String, Decodable, CaseIterable {
        case blocks, large, huge, changing
        /// Free slices.
        case waiting, kept, sealed, purged, untouched
    }

    enum State: String, Decodable {
        case live, waiting, changing
    }

    /// A run of slices, or a huge block. Which fields are there depends on the kind.
    struct Run: Decodable {
        let kind: Kind
        let slice: Int?
        let count: Int?
        let start: String?
        let state: State?
        let blockByteCount: Int?
        let room: Int?
        let made: Int?
        let live: Int?
        let waiting: Int?
        let fresh: Int?
        let byteCount: Int?
        let roomByteCount: Int?
        let guards: Int?
        let owner: String?
        let fill: String?
    }

    /// - Throws: Failure, with one line that says what is wrong.
    init(reading path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure(description: "cannot read '\(path)'")
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let map = try? decoder.decode(HeapMapFile.self, from: data), map.isSound else {
            throw Failure(
                description: "'\(path)' is no map; accepted: what the debug library's option map_file writes")
        }
        self = map
    }

    /// The runs of each segment cover it, one after the other, and no number is absurd.
    private var isSound: Bool {
        guard summary == "map", (1...1 << 30).contains(sliceByteCount), (1...65_536).contains(sliceCount) else {
            return false
        }
        for segment in segments {
            var next = 0
            for run in segment.runs {
                guard let slice = run.slice, let count = run.count, slice == next, count > 0,
                    count <= sliceCount - slice
                else { return false }
                next += count
            }
            guard next == sliceCount else { return false }
        }
        return (segments.flatMap(\.runs) + huge).allSatisfy(\.isSound)
    }
}

extension HeapMapFile.Run {
    fileprivate var isSound: Bool {
        let numbers = [blockByteCount, room, made, live, waiting, fresh, byteCount, roomByteCount, guards].compactMap
        { $0 }
        guard numbers.allSatisfy({ (0...1 << 48).contains($0) }) else { return false }
        switch kind {
        case .blocks:
            return blockByteCount ?? 0 > 0 && room ?? 0 > 0 && made != nil && live != nil && waiting != nil
                && byteCount != nil
        case .large, .huge: return byteCount != nil && roomByteCount != nil && state != nil
        default: return true
        }
    }

    /// True if blocks of the program's are here.
    var isInUse: Bool { kind == .blocks || state == .live }
    /// How much of the run is in use: 0 … 9.
    var fullness: Int {
        guard kind == .blocks, let live, let room, room > 0, live > 0 else { return 0 }
        return live >= room ? 9 : 1 + live * 8 / room
    }
}
