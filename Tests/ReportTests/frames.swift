// A block deallocated twice, by Swift: a method of a class, called by a closure.

public final class Owner {
    let block = UnsafeMutableRawPointer.allocate(byteCount: 100, alignment: 8)

    @inline(never) public func releaseTwice() -> Int {
        block.deallocate()
        print("one")
        block.deallocate()
        print("two")
        return 1
    }
}

@inline(never) public func caller(_ body: () -> Int) -> Int { body() + 1 }

@inline(never) public func outermost() {
    let owner = Owner()
    print(caller { owner.releaseTwice() })
}

outermost()
