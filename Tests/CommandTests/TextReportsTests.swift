import Foundation
import Testing

@testable import bulwark

@Suite struct TextReportsTests {
    let report = """
        bulwark: double free of 0x7f00 (40-byte block) by thread 12
        detected by thread 12 here, by frame pointers:
          #0 0x1 (/tmp/a b+0x10) [short+0x1]
        detected by thread 12 here:
          #0 0x1 (/tmp/a b+0x10) [twice+0x4]
          #1 0x2 (<unknown module>)
        0x7f00 is 0 bytes into a 40-byte block at 0x7f00
        deallocated by thread 13 here:
          #0 0x3 (/tmp/a b+0x30)
        allocated by thread 14 here:
          #0 0x4 (/tmp/a b+0x40) [make+0x9]
        *** End of Bulwark report ***

        """

    @Test func allStacksAreRead() throws {
        let finding = try #require(TextReports.read(report).first)
        #expect(finding.violation == "double-free" && finding.thread == 12)
        #expect(finding.message == "bulwark: double free of 0x7f00 (40-byte block) by thread 12")
        // The better of two backtraces.
        #expect(finding.frames?.map(\.symbol) == ["twice", nil])
        #expect(finding.frames?.map(\.module) == ["/tmp/a b", nil])
        #expect(finding.deallocated?.thread == 13 && finding.deallocated?.frames.first?.offset == "0x30")
        #expect(finding.allocated?.thread == 14 && finding.allocated?.frames.first?.symbol == "make")
    }

    @Test func linesOfOthersArePassedOver() {
        let noise = "starting\n#0 0x1 (/lib/x+0x1)\nbulwark: option a=b\nbulwark: 3 things\n"
        let found = TextReports.read(noise + "12:00 host server: " + report + noise + report)
        #expect(found.map(\.violation) == ["double-free", "double-free"])
        #expect(FindingGroup.grouped(found).count == 1)
        #expect(TextReports.read(noise).isEmpty)
    }

    @Test func leaksAndReportsThatWereCutOff() {
        let text = """
            bulwark: leak of 100 bytes in 1 block, allocated here:
              #0 0x4 (/tmp/a+0x40)
            bulwark: indirect leak of 5 bytes in 1 block, allocated where nobody remembers
            bulwark: leaked: 100 bytes in 1 block
            *** End of Bulwark report ***
            bulwark: buffer overflow of 0x10 (5-byte block) by thread 1
            """
        let found = TextReports.read(text)
        #expect(found.map(\.violation) == ["leak", "indirect-leak", "overflow"])
        #expect(found[0].allocated?.frames.count == 1)
        #expect(found[0].message == "bulwark: leak of 100 bytes in 1 block")
    }

    @Test func objectsAndTextAreToldApart() {
        let (objects, others) = ReportCommand.separated("a\n{\"x\":1}\r\nb")
        #expect(objects == "{\"x\":1}\n" && others == "a\nb\n")
    }
}
