"""Writes bulwark(1), bulwark(3) and bulwark.conf(5) in mdoc(7): manual.py TOOL ROOT TARGET.

What they say is the command's own help, the libraries' own table of options, and the comments of bulwark.h; here are only the
words around it.
"""
import json
import os
import re
import subprocess
import sys
import time

tool, root, target = sys.argv[1:]
# Today, or as reproducible builds say it.
DATE = time.strftime("%B %d, %Y", time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))))


def asked(*words):
    """What the tool prints, as JSON. From the root folder: some defaults are where one is."""
    return json.loads(subprocess.run([tool, *words], check=True, capture_output=True, cwd="/").stdout)


def text(words):
    """A line that roff does not take for a request, with the characters that it would change."""
    words = words.replace("\\", "\\e").replace("…", "...").replace("’", "\\(cq")
    words = words.replace("-", "\\-") if words.startswith("-") else words
    return "\\&" + words if words[:1] in ".'" else words


def macro(words):
    """An argument of a macro: in quotes, where it would be several or another macro's name."""
    words = text(words).replace('"', '\\(dq').replace("-", "\\-")
    if re.search(r"\s", words) or not words:
        return f'"{words}"'
    return "\\&" + words if re.fullmatch(r"[A-Z][a-z]|[.,:;()\[\]?!|]", words) else words


def sentences(words):
    """Text, a sentence a line, as mdoc wants it."""
    words = re.sub(r"\s+", " ", words).strip()
    return [text(line) for line in re.split(r"(?<=[A-Za-z0-9)`'][.:?!]) (?=[A-Z`*%0-9])", words) if line]


def paragraphs(words):
    """Paragraphs; indented ones are shown as they are."""
    lines = []
    for block in re.split(r"\n\s*\n", words.strip("\n")):
        if block.startswith("    "):
            lines += [".Bd -literal -offset indent"]
            lines += [text(line[4:]).replace("-", "\\-") for line in block.split("\n")] + [".Ed"]
        else:
            lines += [".Pp"] + sentences(block)
    return lines


def write(name, lines):
    # No paragraph right after a heading, and none twice.
    result = []
    for line in lines:
        if line == ".Pp" and result and re.match(r"\.(Sh|Ss|Pp|It|Ed|El)\b", result[-1]) and not result[-1].startswith(".E"):
            continue
        result.append(line)
    with open(os.path.join(target, name), "w", encoding="utf-8") as file:
        file.write("\n".join(result) + "\n")


def opening(title, section, name, summary):
    return [
        '.\\" Made by scripts/manual: change what it is made from.',
        f".Dd {DATE}", f".Dt {title} {section}", ".Os Bulwark", ".Sh NAME", f".Nm {name}", f".Nd {summary}"]


# MARK: bulwark(1)


def is_shown(argument):
    """Help and version are every command's; a flag's contrary is said with it."""
    name = argument.get("preferredName", {}).get("name", "")
    return argument.get("shouldDisplay", True) and name not in ("help", "version") and not name.startswith("no-")


def item(argument):
    """What a list of options calls it."""
    if argument["kind"] == "positional":
        return f".It Ar {macro(argument['valueName'])}"
    name = " , ".join("Fl \\-" + macro(name["name"]) for name in argument["names"])
    default = argument.get("defaultValue", "")
    if argument["kind"] == "flag" and default.startswith("--"):
        name += " , Fl \\-" + macro("no-" + argument["names"][0]["name"])
    value = f" Ar {macro(argument['valueName'])}" if argument["kind"] == "option" else ""
    return f".It {name}{value}"


def described(argument):
    words = argument.get("abstract", "")
    default = argument.get("defaultValue")
    if argument["kind"] == "flag" and default:
        words += f" (default: {default})"
    elif default and argument["kind"] == "option" and "default:" not in words:
        # Asked in the root folder: see above. doctor's root is that itself.
        is_current = default == "/" and "program" in words
        words += f" (default: {'the current folder' if is_current else default})"
    return sentences(words)


def synopsis(argument):
    if argument["kind"] == "positional":
        name = "Ar " + macro(argument["valueName"])
        return name + (" ..." if argument.get("isRepeating") else "")
    value = f" Ar {macro(argument['valueName'])}" if argument["kind"] == "option" else ""
    return f"Fl \\-{macro(argument['names'][0]['name'])}{value}"


def is_passthrough(argument):
    return argument.get("parsingStrategy") in ("allRemainingInput", "captureForPassthrough", "unconditional")


def command_lines(command, path):
    lines = [f".Ss bulwark {' '.join(path)}"] + sentences(command.get("abstract", ""))
    lines += [".Pp", f".Nm Ic {' '.join(path)}"]
    arguments = [argument for argument in command.get("arguments", []) if is_shown(argument)]
    for argument in arguments:
        optional = argument.get("isOptional", False) or argument["kind"] != "positional"
        lines.append((".Op " if optional else ".") + synopsis(argument))
    lines += paragraphs(command.get("discussion", "")) if command.get("discussion") else []
    if arguments:
        lines += [".Bl -tag -width Ds"]
        for argument in arguments:
            lines += [item(argument)] + described(argument)
        lines += [".El"]
    for inner in command.get("subcommands", []):
        if inner["commandName"] != "help":
            lines += command_lines(inner, path + [inner["commandName"]])
    return lines


def manual_of_command():
    command = asked("--experimental-dump-help")["command"]
    inner = [entry for entry in command["subcommands"] if entry["commandName"] != "help"]
    lines = opening("BULWARK", 1, "bulwark", "run programs under a hardened malloc, find memory errors, read reports")
    lines += [".Sh SYNOPSIS"]
    for entry in inner:
        lines += [f".Nm Ic {entry['commandName']}", ".Op Ar argument ..."]
    lines += [".Sh DESCRIPTION"] + sentences(
        "Bulwark is a malloc that stops a program at its first memory error and says what it was. It is three libraries, which are "
        "preloaded or linked; this command runs programs under them, reads what they write, and looks at the system.")
    lines += [".Pp"] + sentences("Where a program would read what a command says, it takes --json. Colour is used on terminals alone, "
                                 "and not if NO_COLOR is set. A command line that is wrong costs one line, and status 2.")
    lines += [".Sh COMMANDS"]
    for entry in inner:
        lines += command_lines(entry, [entry["commandName"]])
    lines += [".Sh ENVIRONMENT", ".Bl -tag -width Ds", ".It Ev BULWARK_OPTIONS", "Options for the libraries: see",
              ".Xr bulwark.conf 5 .", ".It Ev LD_PRELOAD", "What", ".Nm Ic run", "and", ".Nm Ic check", "put the library in front of.",
              ".It Ev NO_COLOR", "If it is set and not empty, nothing is coloured.", ".El"]
    lines += [".Sh FILES", ".Bl -tag -width Ds", ".It Pa /etc/bulwark/exceptions.conf", "Options for single programs.", ".El"]
    lines += [".Sh EXIT STATUS"] + sentences(
        "0 if all is well, 1 if something is missing or a run failed, 2 if the command line is wrong; run and check give the program's "
        "own, but for what their sections say.")
    lines += [".Sh SEE ALSO", ".Xr bulwark 3 ,", ".Xr bulwark.conf 5"]
    write("bulwark.1", lines)


# MARK: bulwark.conf(5)


def manual_of_options():
    lines = opening("BULWARK.CONF", 5, "bulwark.conf", "run-time options of Bulwark's libraries")
    lines += [".Sh SYNOPSIS", ".Ev BULWARK_OPTIONS Ns = Ns Ar name Ns = Ns Ar value Ns Op \\&: Ns Ar ...", ".Pp",
              ".Pa /etc/bulwark/exceptions.conf"]
    lines += [".Sh DESCRIPTION"] + sentences(
        "The libraries read the environment variable BULWARK_OPTIONS when they are loaded: names with values, with colons between "
        "them. A bad value costs one warning line that says what is accepted, and the default holds; so does an option that needs "
        "a flag which the variant is built without, and which then has no effect. A program of another user's rights (set-user-ID) "
        "takes nothing from its environment. BULWARK_OPTIONS=help=1 prints the table below, and bulwark options check looks a list over.")
    lines += [".Ss The file of exceptions"] + sentences(
        "/etc/bulwark/exceptions.conf has options for single programs, which set-user-ID programs obey too. It must be a regular file, "
        "no symbolic link, belong to root, be writable by nobody else, and have at most 64 KiB. Lines that begin with # are comments; "
        "the others are")
    lines += [".Bd -literal -offset indent", "PROGRAM\\-PATH name=value:name=value", ".Ed", ".Pp"] + sentences(
        "The path is where the program lies, without blanks; for a script, its interpreter. A path that ends in * stands for all "
        "that begin like it. Of several lines for a program the last one holds, and what the environment says comes after the file.")
    lines += [".Sh OPTIONS", ".Bl -tag -width Ds"]
    for option in asked("options", "list", "--json"):
        values = {"number": f"{option.get('least')}...{option.get('most')}", "toggle": "0|1", "path": "PATH"}.get(
            option["kind"]) or "|".join(option["names"])
        lines += [f".It Cm {macro(option['name'])} Ns = Ns Ar {macro(values)}"]
        words = option["summary"][0].upper() + option["summary"][1:]
        lines += sentences(words.rstrip(".") + ".") + sentences(f"Default: {option.get('default') or 'none'}.")
        if option.get("needs"):
            lines += sentences(f"Needs the flag {option['needs']}.")
    lines += [".El", ".Sh EXAMPLES", ".Bd -literal", "BULWARK_OPTIONS=on_violation=report:report_file=/var/log/app\\-%p", ".Ed", ".Pp",
              "In the file of exceptions:", ".Bd -literal", "/opt/vendor/bin/reporter foreign_pointers=ignore", ".Ed",
              ".Sh SEE ALSO", ".Xr bulwark 1 ,", ".Xr bulwark 3"]
    write("bulwark.conf.5", lines)


# MARK: bulwark(3)


def declarations(header):
    """A header's comments, each with the code right behind it, "" where there is none."""
    at = header.index("#ifndef")
    while (start := header.find("/*", at)) >= 0:
        end = header.index("*/", start)
        comment = re.sub(r"\n \* ?", "\n", header[start:end].lstrip("/*")).strip()
        code = re.match(r"\n((?:[^\n/][^\n]*(?:\n|$))*)", header[end + 2:])
        yield comment, code.group(1).strip() if code else ""
        # Comments within the code are part of it.
        at = end + 2 + (code.end() if code else 0)


def described_function(comment):
    """What a function's comment says, and then its parameters, result and errors."""
    summary, *tags = re.split(r"\n@", comment)
    lines = sentences(summary)
    if not tags:
        return lines
    lines += [".Bl -tag -width Ds -compact"]
    for tag in tags:
        kind, words = (tag.split(None, 1) + [""])[:2]
        if kind == "param":
            name, words = (words.split(None, 1) + [""])[:2]
            lines += [f".It Fa {name}"] + sentences(words)
        else:
            lines += [f".It {kind}"] + sentences(words)
    return lines + [".El"]


def function_lines(code):
    """A prototype as mdoc says it; nil if it is none."""
    match = re.fullmatch(r"((?:const )?[\w ]+?[ *]+)(\w+)\(([^()]*)\)(?:\s*[A-Z_]+(?:\([^;]*\))?)?;", " ".join(code.split()))
    if not match:
        return None, None
    result, name, arguments = (part.strip() for part in match.groups())
    lines = [f".Ft {macro(result)}", f".Fo {name}"]
    lines += [f".Fa {macro(argument.strip())}" for argument in arguments.split(",") if argument.strip()]
    return name, lines + [".Fc"]


def manual_of_interface():
    with open(os.path.join(root, "Sources/CBulwark/bulwark.h"), encoding="utf-8") as file:
        header = file.read()
    found = []
    for comment, code in declarations(header):
        name, lines = function_lines(code)
        found.append((name, lines, comment, code))
    names = [name for name, *_ in found if name]
    lines = opening("BULWARK", 3, " ,\n.Nm ".join(names), "Bulwark's own interface, beside malloc's")
    lines += [".Sh LIBRARY", "Bulwark", ".Pq \\-lbulwark, \\-lbulwark\\-secure, \\-lbulwark\\-debug", ".Sh SYNOPSIS", ".In bulwark.h"]
    for name, prototype, _, _ in found:
        lines += prototype or []
    lines += [".Sh DESCRIPTION"] + sentences(
        "The libraries replace malloc and its family, and C++'s operators new and delete: see malloc(3). Beside that they have these "
        "functions. Any thread may call them. A program that is to run without the libraries too declares them weak, and tests them.")
    is_list = False
    for name, _, comment, code in found:
        section = re.match(r"-{10,} (.+)\n*([\s\S]*)", comment)
        if is_list and not name:
            lines += [".El"]
        if name and not is_list:
            lines += [".Bl -tag -width Ds"]
        is_list = bool(name)
        if section:
            lines += [f".Ss {text(section.group(1))}"] + sentences(section.group(2))
        elif name:
            lines += [f".It Fn {name}"] + described_function(comment)
        elif code and not code.startswith("#"):
            lines += [".Pp"] + sentences(comment)
            lines += [".Bd -literal"] + [text(line).replace("-", "\\-") for line in code.split("\n")] + [".Ed"]
    if is_list:
        lines += [".El"]
    lines += [".Sh SEE ALSO", ".Xr bulwark 1 ,", ".Xr malloc 3 ,", ".Xr bulwark.conf 5"]
    write("bulwark.3", lines)


os.makedirs(target, exist_ok=True)
manual_of_command()
manual_of_options()
manual_of_interface()
