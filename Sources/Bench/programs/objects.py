"""objects: what a Python service does all day: dictionaries, strings, lists, objects, JSON.

Run by the benchmark as `python3 objects.py OPERATIONS`, with PYTHONMALLOC=malloc (each object is a call to malloc)
and without (Python's own pools, fed by large blocks). An operation is one record built, written and read again.
"""

import json
import sys


class Node:
    """A node of a binary search tree, to have many small objects that live for different times."""

    def __init__(self, key, value):
        self.key = key
        self.value = value
        self.children = [None, None]

    def insert(self, key, value):
        node = self
        while node.key != key:
            side = int(key > node.key)
            if node.children[side] is None:
                node.children[side] = Node(key, value)
                return
            node = node.children[side]
        node.value = value


def record(number):
    name = f"user-{number * 2654435761 % 1000003}"
    return {
        "id": number,
        "name": name,
        "mail": name + "@example.org",
        "tags": [f"tag{number % other}" for other in range(1, 6)],
        "history": [(number, other, name[:other]) for other in range(4)],
        "note": name * (number % 7),
    }


def main():
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal() or int(sys.argv[1]) == 0:
        sys.exit("usage: objects.py OPERATIONS (at least 1)")
    operations = int(sys.argv[1])
    kept, tree, found = {}, Node("", 0), 0
    for number in range(operations):
        text = json.dumps(record(number))
        copy = json.loads(text)
        found += copy["id"]
        key = copy["name"]
        kept[key] = copy
        if number % 8 == 0:
            tree.insert(key, text.upper().split(","))
        if len(kept) > 5000:
            for old in sorted(kept)[::2]:
                del kept[old]
            tree = Node("", 0)
    if found != operations * (operations - 1) // 2:
        sys.exit("checksum: a record came back changed")
    print("operations", operations)


main()
