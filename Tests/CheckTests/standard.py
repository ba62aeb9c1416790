"""Looks at SARIF with the standard's own schema: standard.py FILE... (PyPI's pydantic-sarif, whose types are made from it).

Each file is valid, and is not with any of some small changes: so that the look is one.
"""

import copy
import json
import sys

import pydantic
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as Log


def is_valid(log):
    try:
        Log.model_validate(log)
    except pydantic.ValidationError as error:
        return str(error)
    return True


changes = [
    lambda log: log.update(version="2.0.0"),
    lambda log: log["runs"][0].pop("tool"),
    lambda log: log["runs"][0].update(unknown=1),
    lambda log: log["runs"][0]["tool"]["driver"].pop("name"),
    lambda log: log["runs"][0]["tool"]["driver"]["rules"][0].pop("id"),
]
changes_of_results = [
    lambda result: result.pop("message"),
    lambda result: result.update(level="bad"),
    lambda result: result["locations"][0]["physicalLocation"]["region"].update(startLine=0),
    lambda result: result.update(ruleIndex=-2),
]
for path in sys.argv[1:]:
    log = json.load(open(path))
    verdict = is_valid(log)
    assert verdict is True, f"{path}: {verdict}"
    for number, change in enumerate(changes):
        changed = copy.deepcopy(log)
        change(changed)
        assert is_valid(changed) is not True, f"{path}: change {number} is not seen"
    for number, change in enumerate(changes_of_results if log["runs"][0]["results"] else []):
        changed = copy.deepcopy(log)
        change(changed["runs"][0]["results"][0])
        assert is_valid(changed) is not True, f"{path}: change {number} of a result is not seen"
