import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { runHere } from '../command-line/run-here.ts';
import { readRecord } from '../report/index.ts';
import { runProgram } from './program.ts';

const program = fileURLToPath(new URL('./fixture/main.ts', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

// Some tests start processes, which takes long where other tests run beside it.
vi.setConfig({ testTimeout: 60_000 });

let directory = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'firedrill-cli-'));
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** Runs a program with the scratch directory as the one that the user typed in. */
function start(command: string, args: readonly string[]) {
  const env = { ...process.env, INIT_CWD: directory, NO_COLOR: '1', NODE: process.execPath };
  return spawn(command, args, {
    env: { ...env, MAIN: program },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.on('close', (code) => resolve(code));
  });
}

async function end(child: ReturnType<typeof start>): Promise<Ended> {
  const { stdout, stderr } = child;
  const [code, out, err] = await Promise.all([exitOf(child), text(stdout), text(stderr)]);
  return { code, stdout: out, stderr: err };
}

const load = () => import('./fixture/example.ts');

/** Calls the program in this process; what is about pipes and signals below starts one. */
async function run(...args: string[]): Promise<Ended> {
  vi.stubEnv('INIT_CWD', directory);
  vi.stubEnv('NO_COLOR', '1');
  const { status, ...written } = await runHere(args, () =>
    runProgram({ name: 'corner-shop', load }),
  );
  vi.unstubAllEnvs();
  return { code: status, ...written };
}

/** Runs a line of shell, in which `"$NODE" "$MAIN"` is the program. */
const shell = (line: string): Promise<Ended> => end(start('/bin/bash', ['-c', line]));

describe('a run into a pipe', () => {
  test('prints text without escapes, ends with 0, and says how to repeat it and what is next', async () => {
    const args = [program, '--', '--scenario=failure'];
    const { code, stdout, stderr } = await end(start(process.execPath, args));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^corner-shop: scenario failure, seed 1\n/);
    expect(stdout).not.toContain('\u001B');
    expect(stdout).toContain('pnpm --filter corner-shop start -- --scenario=failure --seed=1\n');
    expect(stdout).toContain('pnpm --filter corner-shop start -- --scenario=recovery\n');
    expect(stdout).toContain('Exit 0: one-clerk breaks, as declared.\n');
    expect(stderr).toMatch(
      /^machine: .+ of virtual time \(.+ : 1\), .+ after the verdict, peak memory .+, Node .+\n$/,
    );
  });

  test('is the same text in a second run', async () => {
    const runs = [await run('--seed=7'), await run('--seed', '7')];
    expect(runs[1]?.stdout).toBe(runs[0]?.stdout);
  });

  test('ends with 1 when it comes out otherwise than declared, and says why at the end', async () => {
    const { code, stdout } = await run('--scenario=recovery', '--set', 'workers=1');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^BROKEN {4}2\. many clerks$/m);
    expect(stdout).toContain('Exit 1: many-clerks breaks 1 rule: served-soon.\n');
    expect(stdout).toContain('2. many clerks beside the default run (many-clerks)\n');
    expect(stdout).toContain('--scenario=recovery --seed=1 --set=workers=1\n');
  });

  test('ends with 1 when a better system does not break in the incident', async () => {
    const { code, stdout } = await run('--scenario=failure', '--implementation=many-clerks');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^SURVIVED {2}2\. many clerks$/m);
    expect(stdout).toContain('Exit 1: many-clerks survives: the incident did not happen.\n');
  });

  test('lays several implementations side by side, lazy ones too, and one of them gives 1', async () => {
    const { code, stdout } = await run(
      '--scenario=recovery',
      '--implementation=many-clerks,asleep',
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ {2}measured +1\. one clerk +2\. many clerks +90\. asleep$/m);
    expect(stdout).toContain('Exit 1: asleep breaks 1 rule: served-soon.\n');
  });

  test('names what every handler throws, and how often', async () => {
    const { stdout } = await run('--scenario=failure', '--implementation=on-fire', '--no-proof');
    expect(stdout).toContain(
      "DEFECT  TypeError: Cannot read properties of undefined (reading 'trim')",
    );
    expect(stdout).toMatch(/[\d,]+ times, first at 09:00:\d\d, thrown at whoever called/);
    expect(stdout).not.toContain('Proof of the cause');
  });

  test('proves the cause after the verdict, and with --why each condition by itself', async () => {
    const usual = await run('--scenario=failure');
    expect(usual.stdout).toMatch(
      /BROKEN[^]+Proof of the cause\n {2}as claimed {2}without the crowd: /,
    );
    expect(usual.stdout).not.toMatch(/^ {2}shows /m);
    const { stdout } = await run('--scenario=failure', '--why');
    expect(stdout).toMatch(/^ {2}shows {7}without the crowd: /m);
  });
});

describe('--json', () => {
  test('writes records and nothing else to standard output', async () => {
    const { code, stdout } = await run('--json', '--scenario=failure');
    expect(code).toBe(0);
    const types: string[] = [];
    for await (const { type } of readRecord(stdout.split('\n'))) types.push(type);
    expect(types[0]).toBe('run.started');
    expect(types.at(-1)).toBe('run.finished');
  });

  test('loses nothing in a pipe whose reader is slow to start', async () => {
    const direct = await run('--json', '--scenario=recovery');
    const { stdout } = await shell(
      '"$NODE" "$MAIN" --json --scenario=recovery | (read -r first; wc -l)',
    );
    expect(Number(stdout)).toBe(direct.stdout.trimEnd().split('\n').length - 1);
  });

  test('stops quietly and without an error when its reader goes away', async () => {
    const { stdout, stderr } = await shell(
      '"$NODE" "$MAIN" --json --set ratePerSecond=5000 | head -n 1 | wc -l; echo ${PIPESTATUS[0]}',
    );
    expect(stdout).toBe('1\n0\n');
    expect(stderr).toBe('');
  });
});

test('an output that is full is one sentence and 74', async () => {
  const { stdout, stderr } = await shell('"$NODE" "$MAIN" --json > /dev/full; echo $?');
  expect(stdout).toBe('74\n');
  expect(stderr).toBe(
    'Failed to write standard output: no space is left on the device. Free some, or write it elsewhere.\n',
  );
});

describe('--verify', () => {
  test('says that two runs were the same', async () => {
    const { code, stderr } = await run('--scenario=failure', '--verify');
    expect(stderr).toMatch(/^verified: two runs gave the same \d+ records\n/);
    expect(code).toBe(0);
  });

  test('ends with 70 and shows the first record that differs', async () => {
    const { code, stderr } = await run(
      '--scenario=recovery',
      '--implementation=forgetful',
      '--verify',
    );
    expect(code).toBe(70);
    expect(stderr).toMatch(/Lost determinism: record \d+ differs/);
    expect(stderr).toContain('opening 1');
    expect(stderr).toContain('opening 2');
    expect(stderr).toContain('--implementation=forgetful --verify');
  });
});

test('a defect ends with 70, a stack, and the command to report', async () => {
  const { code, stderr } = await run('--scenario=recovery', '--set=judgeFails=1');
  expect(code).toBe(70);
  expect(stderr).toContain('Error: the judge is on fire\n    at ');
  expect(stderr).toContain(
    'report it with this command: pnpm --filter corner-shop start -- --scenario=recovery --seed=1 --set=judgeFails=1',
  );
});

test('Ctrl-C ends with 130, and what was measured until then is shown', async () => {
  // So many customers that no machine comes to the end, and none of them waits.
  const child = start(process.execPath, [
    program,
    '--scenario=failure',
    '--implementation=asleep',
    '--set=ratePerSecond=1000000',
  ]);
  const ended = Promise.all([exitOf(child), text(child.stderr)]);
  let stdout = '';
  for await (const chunk of child.stdout) {
    stdout += String(chunk);
    if (!child.killed && stdout.includes('The shop opens.')) child.kill('SIGINT');
  }
  const [code, stderr] = await ended;
  expect(code).toBe(130);
  expect(stdout).toContain('the run did not finish');
  expect(stderr).toMatch(/^Interrupted at 09:0\d:\d\d of virtual time, phase 1 of 1\. .+\n$/);
});

describe('--report', () => {
  test('writes a page, and says where and how large', async () => {
    const { code, stderr } = await run('--scenario=failure', '--report=run.html');
    expect(code).toBe(0);
    expect(stderr).toContain(`report: ${join(directory, 'run.html')} (`);
    expect(readFileSync(join(directory, 'run.html'), 'utf8')).toContain('A shop on a Saturday');
  });

  test.each([
    ['svg', /^<svg /],
    ['md', /^# A shop on a Saturday\n/],
    ['csv', /^phase,atMs,served\r\none-clerk,1000,/],
    ['ndjson', /^\{"type":"run\.started",/],
  ])('is what its ending says: .%s', async (ending, beginning) => {
    await run('--scenario=failure', '--no-proof', `--report=run.${ending}`);
    expect(readFileSync(join(directory, `run.${ending}`), 'utf8')).toMatch(beginning);
  });

  test('is one sentence and 74 where there is no room for it, and nothing is left behind', async () => {
    const { stdout, stderr } = await shell(
      'mkdir -p full; cd full; export INIT_CWD=$PWD; trap "" XFSZ; ulimit -f 1; "$NODE" "$MAIN" --scenario=failure --no-proof --report=run.html > /dev/null; echo $?; ls -A',
    );
    expect(stdout).toBe('74\n');
    expect(stderr).toMatch(
      /\nFailed to write \S+run\.html: the file would be too large for its file system\. Write it elsewhere\.\n$/,
    );
  });

  test('is refused before the run when it cannot be written', async () => {
    const { code, stdout, stderr } = await run('--report=missing/run.html');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(
      `Failed to read --report=missing/run.html: there is no directory ${join(directory, 'missing')}. ` +
        'Create it first, or choose another one.\n',
    );
    expect(existsSync(join(directory, 'missing'))).toBe(false);
  });
});

describe('--report-live', () => {
  test('writes a page with the worker of the example in it, beside another report', async () => {
    // The worker is made from the program that was started.
    const args = ['--scenario=failure', '--no-proof', '--report=run.md', '--report-live=live.html'];
    const { code, stderr } = await end(start(process.execPath, [program, ...args]));
    expect(code).toBe(0);
    expect(stderr).toContain(`report: ${join(directory, 'run.md')} (`);
    expect(stderr).toContain(`report: ${join(directory, 'live.html')} (`);
    const page = readFileSync(join(directory, 'live.html'), 'utf8');
    expect(page).toMatch(/id="worker">\s*[\w+/=]{100000,}\s*</);
    expect(page).toContain('Break it, and run again');
  });

  test('is refused before the run where it cannot be made', async () => {
    const { code, stdout, stderr } = await run('--report-live=run.md');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(
      'Failed to read --report-live=run.md: .md is no kind of report. End it with .html.\n',
    );
  });
});

describe('what cannot be run is refused with one line and 2', () => {
  test.each([
    [['--scenario=falure'], 'Did you mean failure?'],
    [['--speed=60x'], 'standard output is no terminal'],
    [['--implementation=one-clerc'], 'Did you mean one-clerk?'],
    [['--set', 'workers=0'], 'a whole number from 1 to 100'],
    [['--fault', 'banc:hang@09:01-09:02'], 'Did you mean "bank"? Use one of bank, app.'],
    [
      ['--fault', 'bank:crash@09:01-09:02'],
      'bank is a service, and cannot have crash. Use one of hang',
    ],
    [['--fault', 'bank:hang@09:01-09:02,of=keys'], 'carry no key'],
    [['--fault', 'app:crash@09:01-09:02,share=0.5'], 'Leave share and of out.'],
    [['--fault', 'bank:hang@09:01-09:02,id=x', '--fault=bank:hang@09:01-09:02,id=x'], '"x"'],
    [['--fault', 'bank:hang'], 'from-to'],
    [['--scenario=scale', '--why'], 'Use it with --scenario=failure.'],
    [['--scenario=recovery', '--why'], 'names no cause'],
    [['--report=/dev/null'], '.html, .svg, .md, .csv, .ndjson'],
    [['--set', 'a\u001B[31m=1'], String.raw`"a\x1b[31m"`],
    [['--trace', 'bad.csv'], 'bad.csv'],
  ])('%j', async (args, remedy) => {
    writeFileSync(join(directory, 'bad.csv'), 'atMs\n0\nsoon\n');
    const { code, stderr } = await run(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(remedy);
    expect(stderr).not.toContain('    at ');
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

test('--list shows everything that flags may name, and the same as JSON', async () => {
  const { stdout } = await run('--list');
  for (const name of [
    'failure',
    'one-clerk',
    'asleep',
    'crash, clock',
    'workers=8',
    'a whole number from 1 to 100',
    'bank',
    'customer',
  ]) {
    expect(stdout).toContain(name);
  }
  const json = await run('--list', '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({
    example: 'corner-shop',
    implementations: expect.arrayContaining([
      expect.objectContaining({ name: 'many-clerks', role: 'repaired' }),
    ]),
    targets: [
      { name: 'bank', kind: 'service', operations: ['pay'] },
      { name: 'app', kind: 'process', faults: ['crash', 'clock'] },
    ],
  });
});

test('--help shows the flags, the settings, and commands to copy', async () => {
  const { code, stdout } = await run('--help');
  expect(code).toBe(0);
  expect(stdout).toContain('--scenario <name>');
  expect(stdout).toContain('ratePerSecond=2');
  expect(stdout).toContain('pnpm --filter corner-shop start -- --scenario=failure');
});

test('--version names the version and the Node that runs it', async () => {
  const { code, stdout } = await run('--version');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^firedrill \d+\.\d+\.\d+( \([0-9a-f]{7}\))?, Node \d+\./);
});
