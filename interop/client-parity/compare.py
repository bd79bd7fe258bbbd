#!/usr/bin/env python3
"""compare.py --ours PREFIX --real PREFIX FILE...: runs every command line of the files through the real client and ours.

A line is shell words, first the program's name; VAR=value words before it are environment. Output, standard error and exit
status must be the same bytes. Times tick: a line that differs is tried again, and ours may agree with the real client's
answer before or after it, once the masks took out what differs from run to run. Prints the lines that differ; exit status 1 if there are any.
"""
import argparse, os, re, shlex, subprocess, sys

def run(prefix, env, words, timeout=30):
    e = dict(os.environ); e.update(env)
    try:
        # env(1) passes the variables into a chroot wrapper as well
        command = shlex.split(prefix) + (['env'] + ['%s=%s' % kv for kv in env.items()] if env and '{ENV}' in prefix else [])
        p = subprocess.run([w for w in command if w != '{ENV}'] + words, env=e, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout)
        return p.returncode, p.stdout, p.stderr
    except subprocess.TimeoutExpired as t:
        return 'timeout', t.stdout or b'', t.stderr or b''

def main():
    a = argparse.ArgumentParser()
    a.add_argument('--ours', required=True)
    a.add_argument('--real', required=True)
    a.add_argument('--tries', type=int, default=3)
    a.add_argument('--show', type=int, default=6)
    a.add_argument('--release', default='')
    a.add_argument('--masks', help='file of lines REGEX => TEXT, applied to both outputs; lines that become empty are left out')
    a.add_argument('files', nargs='+')
    o = a.parse_args()
    masks = []
    if o.masks:
        for m in open(o.masks, encoding='latin-1'):
            if ' => ' in m and not m.startswith('#'):
                regex, text = m.rstrip('\n').split(' => ', 1)
                masks.append((re.compile(regex.encode('latin-1'), re.M), text.encode('latin-1')))
    def masked(result):
        texts = []
        for t in result[1:]:
            for regex, by in masks:
                t = regex.sub(by, t)
            texts.append(t)
        return (result[0], *texts)
    lines = bad = 0
    for f in o.files:
        for raw in open(f, encoding='latin-1'):
            line = raw.strip('\n')
            if not line.strip() or line.startswith('#'):
                continue
            only, _, rest = line.partition(' ')
            if only.startswith('@'):
                if only[1:] != o.release:
                    continue
                line = rest
            words = [os.fsencode(w.encode('latin-1')) if False else w.encode('latin-1') for w in shlex.split(line)]
            env = {}
            while words and b'=' in words[0] and not words[0].startswith(b'-'):
                k, v = words.pop(0).split(b'=', 1); env[os.fsdecode(k)] = os.fsdecode(v)
            lines += 1
            for _ in range(o.tries):
                real = masked(run(o.real, env, words)); ours = masked(run(o.ours, env, words))
                if real == ours:
                    break
                again = masked(run(o.real, env, words))
                if again == ours:
                    break
            else:
                bad += 1
                print('DIFF', line)
                for name, i in (('status', 0), ('stdout', 1), ('stderr', 2)):
                    if real[i] != ours[i]:
                        if i == 0:
                            print('  status real', real[0], 'ours', ours[0]); continue
                        r, u = real[i].split(b'\n'), ours[i].split(b'\n')
                        shown = 0
                        for n in range(max(len(r), len(u))):
                            x = r[n] if n < len(r) else b'<none>'; y = u[n] if n < len(u) else b'<none>'
                            if x != y:
                                print('  %s %d real |%s|' % (name, n, x.decode('latin-1')[:300])); print('  %s %d ours |%s|' % (name, n, y.decode('latin-1')[:300]))
                                shown += 1
                                if shown >= o.show: break
    print('%d lines, %d differ' % (lines, bad))
    sys.exit(1 if bad else 0)
main()
