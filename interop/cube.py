#!/usr/bin/env python3
"""cube.py --client PREFIX --variant 22.05|24.11|26.05|26.05@24.11 [--record] [--parallel N] [--only REGEX] FILE...

Runs the scenarios of the files (scenarios/cube/README.md) with one kind of client on one cluster. PREFIX is a command that runs what
follows it with that client ({DIR} in it becomes the scenario's directory). Prints what differs, then "N of M". --record prints the files
anew with what was said instead.
"""
import argparse, concurrent.futures, os, re, shlex, shutil, subprocess, sys, tempfile, threading

class Scenario:
    def __init__(self, file, command):
        self.file, self.command, self.expected, self.status, self.serial, self.tries, self.before, self.never = file, command, [], None, False, 1, [], []

def parse(path):
    scenarios, serial, tries, before, never, never_here = [], False, 1, [], [], []
    for line in open(path, encoding='latin-1').read().split('\n'):
        if line.startswith('$ '):
            s = Scenario(os.path.basename(path), line[2:]); s.serial, s.tries, s.before, s.never = serial, tries, before, never + never_here
            scenarios.append(s); serial, tries, before, never = False, 1, [], []
        elif line == 'serial': serial = True
        elif line.startswith('try '): tries = int(line[4:])
        elif line.startswith('not '): never.append(line.split()[1]); before.append(line)
        elif line.startswith('file not '): never_here.append(line.split()[2]); before.append(line)
        elif not scenarios or scenarios[-1].status is not None:
            if line.startswith('#') or line.startswith('conf ') or not line: before.append(line)
            else: sys.exit('%s: %r stands outside of a scenario' % (path, line))
        elif line.startswith('> '): scenarios[-1].command += '\n' + line[2:]
        elif line.startswith('= '): scenarios[-1].status = line[2:]
        else: scenarios[-1].expected.append(line)
    return scenarios

def main():
    a = argparse.ArgumentParser()
    a.add_argument('--client', required=True)
    a.add_argument('--variant', required=True)
    a.add_argument('--nodes', default='', help='agent or the release of the slurmds')
    a.add_argument('--masks', required=True)
    a.add_argument('--work', required=True)
    a.add_argument('--parallel', type=int, default=4)
    a.add_argument('--timeout', type=int, default=60)
    a.add_argument('--record', action='store_true')
    a.add_argument('--only', default='')
    a.add_argument('--failed', default='', help='write the commands that differ there')
    a.add_argument('files', nargs='+')
    o = a.parse_args()
    host = os.uname().nodename.split('.')[0]
    masks = open(o.masks).read().replace('@HOST@', r'\b' + host + r'\b')
    os.makedirs(o.work, exist_ok=True)
    def run(s):
        d = tempfile.mkdtemp(dir=o.work); os.chmod(d, 0o777)
        prefix = shlex.split(o.client.replace('{DIR}', d))
        try:
            p = subprocess.Popen(prefix + ['bash', '-c', s.command], cwd=d, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
            try:
                out, _ = p.communicate(timeout=o.timeout); status = str(p.returncode)
            except subprocess.TimeoutExpired:
                os.killpg(p.pid, 9); out, status = b'', 'timeout after %d s' % o.timeout
        finally:
            shutil.rmtree(d, ignore_errors=True)
        text = out.decode('latin-1').replace(d, 'DIR')
        text = subprocess.run(['sed', '-E', masks], input=text.encode('latin-1'), capture_output=True).stdout.decode('latin-1')
        return text.split('\n')[:-1] if text.endswith('\n') else text.split('\n') if text else [], status
    def expected(s):
        # 26.05 says what 24.11 says but where lines of its own stand, and on slurmd 24.11 what it says elsewhere but for those
        variant = o.variant
        for general in ('26.05', '24.11'):
            if variant > general and not any(l.startswith(variant + '|') for l in s.expected): variant = general
        lines, status = [], s.status
        for l in s.expected:
            m = re.match(r'(22\.05|24\.11|26\.05|26\.05@24\.11)\| ?(.*)', l)
            if m and m.group(1) != variant: continue
            if not m and variant == '26.05@24.11': continue
            if m and m.group(2).startswith('= '): status = m.group(2)[2:]
            else: lines.append(m.group(2) if m else l)
        return lines, status
    def judge(s):
        for n in range(s.tries):
            got = run(s)
            if o.record or got == expected(s): break
        return got
    scenarios = [s for f in o.files for s in parse(f) if re.search(o.only, s.command)
                 and not {o.variant, 'nodes:' + o.nodes} & set(s.never)]
    results = {}
    with concurrent.futures.ThreadPoolExecutor(o.parallel) as pool:
        for s, r in zip([s for s in scenarios if not s.serial], pool.map(judge, [s for s in scenarios if not s.serial])): results[s] = r
    for s in scenarios:
        if s.serial: results[s] = judge(s)
    good, failed = 0, []
    for s in scenarios:
        lines, status = results[s]
        expected_lines, expected_status = expected(s)
        if o.record:
            print('\n'.join(s.before + (['serial'] if s.serial else []) + (['try %d' % s.tries] if s.tries > 1 else []) + ['$ ' + s.command.replace('\n', '\n> ')] + lines + ['= ' + status])); continue
        if (lines, status) == (expected_lines, expected_status): good += 1; continue
        failed.append(s.command)
        print('DIFF %s: %s' % (s.file, s.command))
        for l in expected_lines: print('  - ' + l)
        print('  - = %s' % expected_status)
        for l in lines[:12]: print('  + ' + l)
        print('  + = %s' % status)
    if not o.record: print('%d of %d' % (good, len(scenarios)))
    if o.failed: open(o.failed, 'w').write('\n'.join(failed))
    sys.exit(0 if o.record or good == len(scenarios) else 1)
main()
