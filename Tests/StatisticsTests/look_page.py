"""Looks at a page of `bulwark map`: look_page.py MAP PAGE. It is whole, shows every run of the map, and fetches nothing."""

import html.parser
import json
import re
import sys

heap, page = json.load(open(sys.argv[1])), open(sys.argv[2], encoding="utf-8").read()
empty = {"meta", "path", "i"}


class Reader(html.parser.HTMLParser):
    open, shapes, rows, drawings = [], [], 0, 0

    def handle_starttag(self, tag, attributes):
        names = dict(attributes)
        assert not {"src", "href", "onload", "onclick"} & set(names), (tag, names)
        assert tag not in {"link", "img", "iframe", "object", "base"}, tag
        if tag == "path" and "data-t" in names:
            self.shapes.append(names)
        self.rows += tag == "tr"
        self.drawings += tag == "svg"
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        self.open.pop()

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, tag


reader = Reader()
reader.feed(page)
reader.close()
assert not reader.open, reader.open
assert not re.search(r"https?:|url\(|@import", page), "the page refers to something else"
runs = [run for segment in heap["segments"] for run in segment["runs"]]
assert reader.drawings == len(heap["segments"]) and len(reader.shapes) == len(runs)
for run, shape in zip(runs, reader.shapes):
    if run["kind"] == "blocks":
        size = f"{run['block_byte_count']:,}".replace(",", "\u202f")
        assert shape["data-t"].startswith(f"Page of {size}-byte blocks\n{run['live']} in use, "), shape
        assert shape["data-f"] == run["fill"] and shape["class"] in {f"f{n}" for n in range(10)}, shape
        assert (shape["class"] == "f9") == (run["live"] == run["room"]), (run, shape)
sizes = {run["block_byte_count"] for run in runs if run["kind"] == "blocks"}
assert reader.rows >= len(sizes) + 1, reader.rows
