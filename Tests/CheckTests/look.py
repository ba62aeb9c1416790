#!/usr/bin/python3
"""Looks at what `bulwark check` wrote: look.py sarif FILE EXPECTED... or look.py junit FILE EXPECTED...

EXPECTED: rule@file:line for each result, in any order; `file` from the root. SARIF is compared with sarif.schema.json, or with the
schema that SARIF_SCHEMA names (the standard's own, if you have it).
"""

import json
import os
import sys
import xml.etree.ElementTree as ElementTree

import jsonschema


def sarif(path):
    log = json.load(open(path))
    schema = os.environ.get("SARIF_SCHEMA", os.path.join(os.path.dirname(__file__), "sarif.schema.json"))
    jsonschema.validate(log, json.load(open(schema)))
    run = log["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"], result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        yield "{}@{}:{}".format(
            result["ruleId"], place["artifactLocation"]["uri"], place["region"]["startLine"])


def junit(path):
    root = ElementTree.parse(path).getroot()
    assert root.tag == "testsuites", root.tag
    for suite in root:
        cases = suite.findall("testcase")
        failures = [case for case in cases if case.find("failure") is not None]
        assert int(suite.get("tests")) == len(cases), suite.attrib
        assert int(suite.get("failures")) == len(failures), suite.attrib
        for case in failures:
            failure = case.find("failure")
            assert failure.text.startswith("bulwark: "), failure.text
            yield "{}@{}".format(failure.get("type"), os.path.basename(case.get("name").split(" ")[-1]))


found = sorted({"sarif": sarif, "junit": junit}[sys.argv[1]](sys.argv[2]))
expected = sorted(sys.argv[3:])
if sys.argv[1] == "junit":  # names have the column, too
    found = [":".join(name.split(":")[:2]) for name in found]
if found != expected:
    sys.exit(f"found {found}, expected {expected}")
