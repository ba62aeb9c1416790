// objects: a Swift program that allocates heavily: class instances, strings, arrays, dictionaries, existential boxes
// and closures, made, copied on write and dropped. Swift's runtime takes every one of them from malloc, and frees them
// as soon as their last reference goes. An operation is one order booked.

/// What is ordered; three kinds, so that arrays of it hold boxes.
protocol Item {
    var price: Int { get }
    var label: String { get }
}

struct Book: Item {
    let title: String
    let authors: [String]
    let price: Int
    var label: String { "\(title) by \(authors.joined(separator: " and "))" }
}

struct Ticket: Item {
    let row: Int
    let price: Int
    var label: String { "row \(row)" }
}

final class Parcel: Item {
    let content: [any Item]
    init(_ content: [any Item]) { self.content = content }
    var price: Int { content.reduce(0) { $0 + $1.price } }
    var label: String { content.map(\.label).joined(separator: ", ") }
}

final class Order {
    let number: Int
    let items: [any Item]
    weak var previous: Order?
    let discount: (Int) -> Int

    init(_ number: Int, _ items: [any Item], after previous: Order?) {
        self.number = number
        self.items = items
        self.previous = previous
        discount = { price in price - number % 10 }
    }
}

struct Shop {
    private(set) var orders: [String: [Order]] = [:]
    private(set) var total = 0
    private var last: Order?

    mutating func book(_ number: Int) {
        let book: any Item = Book(
            title: "The \(number * 48271 % 65537)th book of everything",
            authors: (0...number % 3).map { "author \(number % 997 + $0)" }, price: 20)
        var items = [book, Ticket(row: number % 50, price: 10)]
        if number % 4 == 0 { items.append(Parcel(items)) }
        let order = Order(number, items, after: last)
        total += order.discount(items.reduce(0) { $0 + $1.price })
        let customer = "customer \(number * 7919 % 5003)"
        orders[customer, default: []].append(order)
        last = order
        // A customer with many orders takes them away, sorted by what they say.
        if orders[customer]!.count > 8, let taken = orders.removeValue(forKey: customer) {
            let labels = taken.map { $0.items.map(\.label).joined(separator: "; ") }.sorted()
            precondition(labels.count == taken.count && labels[0] <= labels[1])
        }
    }
}

@main
enum Program {
    static func main() {
        guard CommandLine.arguments.count == 2, let operations = Int(CommandLine.arguments[1]), operations > 0 else {
            print("usage: objects OPERATIONS (at least 1)")
            return
        }
        var shop = Shop()
        for number in 0..<operations { shop.book(number) }
        // 30 for book and ticket, 60 where they also come as a parcel, less the discount.
        let expected = (0..<operations).reduce(0) { $0 + ($1 % 4 == 0 ? 60 : 30) - $1 % 10 }
        precondition(shop.total == expected, "checksum: an order was lost")
        print("operations \(operations)")
    }
}
