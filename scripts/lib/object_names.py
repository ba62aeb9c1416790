"""The names that a variant's object defines: object_names.py TARGET CONFIGS < the manifest as JSON.

A line each: the name, and what it is called in the variant's objects if that is another name. What memcpy and its kin are
replaced by (exports-copies.map) and pthread_create, whose next definition cannot be found in a static program, are left out.
"""
import json
import os
import re
import sys

target_name, configs = sys.argv[1:]
target = next(target for target in json.load(sys.stdin)["targets"] if target["name"] == target_name)
flags = [flag for setting in target["settings"] for flag in setting["kind"].get("unsafeFlags", {}).get("_0", [])]
defined = dict(flag.removeprefix("--defsym=").split("=") for flag in flags if flag.startswith("--defsym="))
scripts = [os.path.basename(flag.split("=", 1)[1]) for flag in flags if flag.startswith("--version-script=")]
for script in scripts:
    if script in ("exports-copies.map", "exports-threads.map"):
        continue
    with open(os.path.join(configs, script), encoding="utf-8") as file:
        text = re.sub(r"#.*", "", file.read())
    names = re.search(r"global:(.*?)(local:|\})", text, re.S).group(1)
    for name in re.findall(r"[A-Za-z_]\w*", names):
        print(name, defined.get(name, ""))
