#!/usr/bin/env python3
"""transcript.py FILE...   runs the commands of a transcript and holds what they print against it.

    # title        says what follows; its id comes first (A1, T3)
    $ command      run by sh in the working directory; standard error belongs to the output
    $ 30s command  the same, again and again until it prints what is expected, for so long
    expected       what it must print, with these masks; blanks count as one, those at the end of a line as none
                   @IP@ @TIME@ (2026-01-02T03:04:05) @N@ (a number) @HOST@ @ID@ (i-…) @ANY@ (anything, perhaps nothing)
    = name regex   sets $name for the commands that follow: the first group of the regex in what the last command printed

An id whose commands all did is one line "ok"; the last line is "N passed, N failed, N skipped".
"""
import os, re, subprocess, sys, time

MASKS = {
    "IP": r"[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+", "TIME": r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}",
    "N": r"[0-9]+", "HOST": r"[A-Za-z0-9._-]+", "ID": r"i-[0-9a-f]+", "ANY": r".*",
}


def pattern(line):
    words = re.split(r"@([A-Z]+)@", " ".join(line.split()))
    return "".join(re.escape(w) if i % 2 == 0 else MASKS[w] for i, w in enumerate(words))


def run(command, env):
    try:
        r = subprocess.run(["sh", "-c", command], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
        return r.stdout.decode("latin-1")
    except subprocess.TimeoutExpired as e:
        return (e.stdout or b"").decode("latin-1") + "(no end after 120 s)\n"


def same(output, expected):
    got = [" ".join(l.split()) for l in output.splitlines()]
    while got and not got[-1]:
        got.pop()
    return len(got) == len(expected) and all(re.fullmatch(pattern(e), g) for e, g in zip(expected, got))


def read(path):
    """Steps: (line number, title) | (line number, command, seconds, expected lines) | (line number, name, regex)."""
    steps, expected = [], None
    for number, line in enumerate(open(path), 1):
        line = line.rstrip("\n")
        if line.startswith("# "):
            steps.append(("title", number, line[2:])); expected = None
        elif line.startswith("$ "):
            m = re.match(r"\$ (?:(\d+)s )?(.*)", line)
            expected = []
            steps.append(("run", number, m.group(2), int(m.group(1) or 0), expected))
        elif line.startswith("= "):
            _, name, regex = line.split(None, 2)
            steps.append(("set", number, name, regex)); expected = None
        elif expected is not None and (line or expected):
            expected.append(line)
        elif line:
            sys.exit(f"{path}:{number}: neither title, command nor expected line")
    return steps


def main():
    passed = failed = 0
    env, last = dict(os.environ), ""
    for path in sys.argv[1:]:
        title, good = None, True
        for step in read(path) + [("title", 0, None)]:
            if step[0] == "title":
                if title:
                    print(("ok   " if good else "FAIL ") + title, flush=True)
                    passed, failed = passed + good, failed + (not good)
                title, good = step[2], True
            elif step[0] == "set":
                m = re.search(step[3], last)
                if m:
                    env[step[2]] = m.group(1)
                else:
                    good = False
                    print(f"  {path}:{step[1]}: no {step[3]} in {last!r}", flush=True)
            else:
                _, number, command, seconds, expected = step
                while expected and not expected[-1]:
                    expected.pop()
                end = time.monotonic() + seconds
                last = run(command, env)
                while not same(last, expected) and time.monotonic() < end:
                    time.sleep(0.2)
                    last = run(command, env)
                if not same(last, expected):
                    good = False
                    print(f"  {path}:{number}: $ {command}", *("  - " + e for e in expected), *("  + " + g for g in last.splitlines()), sep="\n", flush=True)
    print(f"{passed} passed, {failed} failed, 0 skipped")
    sys.exit(failed > 0)


main()
