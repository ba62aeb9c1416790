// Statistics in Prometheus' text format, for whoever collects them from a file (its node_exporter's textfile collector): options
// metrics_file and metrics_interval. The format: "Exposition formats" of Prometheus' documentation, version 0.0.4.

import CBulwark
import Synchronization

enum MetricsFile {
    /// What keeps the time. Valid (nothing to do) when zero-initialised.
    struct Schedule: ~Copyable {
        /// Milliseconds of `Moment`; 0: never.
        private let next = Atomic<UInt64>(0)

        /// From now on, `milliseconds` from now, or never if that is nil.
        func set(in milliseconds: UInt64?) {
            next.store(milliseconds.map { Moment.now.milliseconds + $0 } ?? 0, ordering: .relaxed)
        }

        /// The next who asks is told that it is time.
        func hurry() { next.store(1, ordering: .relaxed) }

        /// True for one of those who ask at that time.
        func isDue(_ now: UInt64) -> Bool {
            let next = self.next.load(ordering: .relaxed)
            guard next != 0, next <= now else { return false }
            return self.next.compareExchange(expected: next, desired: 0, ordering: .relaxed).exchanged
        }
    }

    /// The interval that the options ask for; nil if they ask for no file, or none at intervals.
    static var interval: UInt64? {
        let options = Options.process
        guard options.pointee[.metricsFile] != 0, options.pointee[.metricsInterval] != 0 else { return nil }
        return UInt64(options.pointee[.metricsInterval]) * 1000
    }

    /// Writes the file and, if the options say so, is due again after the interval. Takes the arena's lock.
    static func writeAndGoOn(_ allocator: Ref<Allocator>) {
        _ = write(allocator)
        allocator.pointee.metricsSchedule.set(in: interval)
    }

    /// Writes the file that the option names, as a whole: a file beside it, `.new` behind its name, takes its place. A directory
    /// that cannot be written is no reason to fail, nor to say so each time.
    /// - Parameter waits: false: where the arena's lock is taken nothing is done.
    /// - Returns: false if there is no file now. True if none is asked for.
    static func write(_ allocator: Ref<Allocator>, waits: Bool = true) -> Bool {
        guard Options.process.pointee[.metricsFile] != 0 else { return true }
        guard let sum = allocator.pointee.statistics(waits: waits) else { return false }
        var isWritten = false
        _ = Report.alone {
            unsafe Options.process.pointee.withPath(.metricsFile) { path in
                var (name, new) = (FileName(), FileName())
                unsafe name.append(path)
                unsafe new.append(path)
                new.append(suffix: ".new")
                let descriptor = unsafe new.withPath { unsafe bw_os_open_public_output($0) }
                guard descriptor >= 0 else { return }
                text(sum).write(to: descriptor)
                bw_os_close(descriptor)
                isWritten = unsafe new.withPath { new in
                    unsafe name.withPath { unsafe bw_os_rename(new, $0) == 0 }
                }
            }
        }
        return isWritten
    }

    /// - Returns: the text, in the reporter's memory. With every size class it is some 10 KiB.
    private static func text(_ sum: Statistics) -> ReportText {
        var text = unsafe ReportText(at: Address(bw_report_text()), capacity: UInt(BW_REPORT_TEXT_BYTES))
        text.append(metric: "info", "The library that is loaded.", isCounter: false)
        text.append("bulwark_info")
        text.appendLabels()
        text.append(",version=\"")
        text.append(Version.text)
        text.append("\"} 1\n")
        sum.forEachField { field in
            text.append(metric: field.name, field.summary, isCounter: field.isCounter)
            text.append("bulwark_")
            text.append(field.name)
            text.appendLabels()
            text.append(value: field.value)
        }
        text.append(metric: "violations_total", "Violations after which the process went on.", isCounter: true)
        text.append("bulwark_violations_total")
        text.appendLabels()
        text.append(value: Reporter.shared.pointee.goneOnCount)
        text.append(metric: "class_live_count", "Blocks in use, by the size of their blocks.", isCounter: false)
        sum.forEachClass { size, _, live in text.append("bulwark_class_live_count", ofClass: size, live) }
        text.append(metric: "class_page_count", "Pages, by the size of their blocks.", isCounter: false)
        sum.forEachClass { size, pages, _ in text.append("bulwark_class_page_count", ofClass: size, pages) }
        return text
    }
}

extension ReportText {
    /// What collectors are told of a metric.
    fileprivate mutating func append(metric name: StaticString, _ summary: StaticString, isCounter: Bool) {
        append("# HELP bulwark_")
        append(name)
        append(" ")
        append(summary)
        append("\n# TYPE bulwark_")
        append(name)
        append(isCounter ? " counter\n" : " gauge\n")
    }

    /// The labels that every sample has, without the brace that ends them.
    fileprivate mutating func appendLabels() {
        append("{pid=\"")
        append(decimal: UInt(bw_os_process_id()))
        append("\",variant=\"")
        append(Variant.name)
        append("\"")
    }

    fileprivate mutating func append(value: UInt) {
        append("} ")
        append(decimal: value)
        append(byte: 10)
    }

    fileprivate mutating func append(_ name: StaticString, ofClass blockByteCount: UInt, _ value: UInt) {
        append(name)
        appendLabels()
        append(",block_bytes=\"")
        append(decimal: blockByteCount)
        append("\"")
        append(value: value)
    }
}
