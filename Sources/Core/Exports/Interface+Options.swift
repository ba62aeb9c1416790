// Options while the process runs: all can be read; those that are kept outside the sealed settings can be changed.

import CBulwark
import Synchronization

/// The option of a name; nil, with errno, if there is none.
private func option(named name: UnsafePointer<CChar>?) -> Option? {
    if let name = unsafe name {
        let text = unsafe OptionText(cString: name)
        for index in 0..<Option.count {
            if let option = Option(rawValue: index), text == option.name { return option }
        }
    }
    bw_set_errno(Int32(BW_ENOENT))
    return nil
}

/// The value in force: that of a changeable option is not in the settings.
private func currentValue(of option: Option) -> UInt {
    let allocator = Allocator.shared
    guard Allocator.isReady(allocator) else { return Options.process.pointee[option] }
    switch option {
    case .purgeDelay: return UInt(allocator.pointee.arena.purgeDelay)
    case .sampleRate where Variant.sampledGuards: return allocator.pointee.samples.rate.load(ordering: .relaxed)
    case .faultReports where Variant.handlesFaults:
        return allocator.pointee.reportsAllFaults.load(ordering: .relaxed) ? 1 : 0
    default: return Options.process.pointee[option]
    }
}

@c @implementation public func bw_api_option_get(
    _ name: UnsafePointer<CChar>?, _ buffer: UnsafeMutablePointer<CChar>?, _ byteCount: Int
) -> Int {
    guard let option = unsafe option(named: name) else { return -1 }
    var text = unsafe CallerText(buffer, byteCount: byteCount)
    switch option.row.kind {
    case .number, .toggle: text.append(decimal: currentValue(of: option))
    case .choice(let names): text.append(name: currentValue(of: option), of: names)
    case .path:
        unsafe Options.process.pointee.withPath(option) {
            for index in 0..<Int(Options.process.pointee[option]) {
                text.append(byte: unsafe UInt8(bitPattern: $0[index]))
            }
        }
    }
    text.finish()
    return Int(bitPattern: text.byteCount)
}

/// - Returns: 0, or what errno is to say.
private func set(_ option: Option, _ text: OptionText) -> Int {
    if let mechanism = option.row.needs, !Variant.mechanisms.contains(mechanism) { return Int(BW_ENOTSUP) }
    if option != .purgeDelay, option != .sampleRate, option != .faultReports { return Int(BW_EPERM) }
    guard let value = option.row.kind.value(of: text) else { return Int(BW_EINVAL) }
    let allocator = Allocator.shared
    guard Allocator.start(allocator) else { return Int(BW_ENOMEM) }
    switch option {
    case .purgeDelay:
        allocator.pointee.arena.lock.acquire()
        allocator.pointee.arena.purgeDelay = UInt64(value)
        allocator.pointee.arena.lock.release()
    case .sampleRate:
        guard Variant.sampledGuards else { return Int(BW_ENOTSUP) }
        if value != 0 { bw_signals_install() }
        allocator.pointee.samples.rate.store(value, ordering: .relaxed)
        // Where the calling thread is concerned at once; others draw anew when their sample would have come.
        if let heap = Heap.current { heap.pointee.forgetSamples() }
    default:
        guard Variant.handlesFaults else { return Int(BW_ENOTSUP) }
        if value != 0 { bw_signals_install() }
        allocator.pointee.reportsAllFaults.store(value != 0, ordering: .relaxed)
    }
    return 0
}

@c @implementation public func bw_api_option_set(_ name: UnsafePointer<CChar>?, _ value: UnsafePointer<CChar>?)
    -> Bool
{
    guard let option = unsafe option(named: name) else { return false }
    guard let value = unsafe value else {
        bw_set_errno(Int32(BW_EINVAL))
        return false
    }
    let error = unsafe set(option, OptionText(cString: value))
    if error != 0 { bw_set_errno(Int32(error)) }
    return error == 0
}
