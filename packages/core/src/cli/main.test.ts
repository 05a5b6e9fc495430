import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readRecord } from '../report/index.ts';

const program = fileURLToPath(new URL('./fixture/main.ts', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

// Each test starts processes, which takes long where other tests run beside it.
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

const run = (...args: string[]): Promise<Ended> => end(start(process.execPath, [program, ...args]));

/** Runs a line of shell, in which `"$NODE" "$MAIN"` is the program. */
const shell = (line: string): Promise<Ended> => end(start('/bin/bash', ['-c', line]));

describe('a run into a pipe', () => {
  test('prints text without escapes, ends with 0, and says how to repeat it and what is next', async () => {
    const { code, stdout, stderr } = await run('--', '--scenario=failure');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^corner-shop: scenario failure, seed 1\n/);
    expect(stdout).not.toContain('\u001B');
    expect(stdout).toContain('pnpm --filter corner-shop start -- --scenario=failure --seed=1\n');
    expect(stdout).toContain('pnpm --filter corner-shop start -- --scenario=recovery\n');
    expect(stderr).toMatch(/^machine: .+ of virtual time \(.+ : 1\), peak memory .+, Node .+\n$/);
  });

  test('is the same text in a second run', async () => {
    const runs = [await run('--seed=7'), await run('--seed', '7')];
    expect(runs[1]?.stdout).toBe(runs[0]?.stdout);
  });

  test('ends with 1 when a check fails', async () => {
    const { code, stdout } = await run('--scenario=recovery', '--set', 'workers=1');
    expect(code).toBe(1);
    expect(stdout).toContain('FAILED');
    expect(stdout).toContain('--scenario=recovery --seed=1 --set=workers=1\n');
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

  test('stops quietly when its reader goes away', async () => {
    const { stdout, stderr } = await shell(
      '"$NODE" "$MAIN" --json --set ratePerSecond=5000 | head -n 1 | wc -l; echo ${PIPESTATUS[0]}',
    );
    expect(stdout).toBe('1\n141\n');
    expect(stderr).toBe('');
  });
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
  const { code, stderr } = await run('--scenario=recovery', '--implementation=on-fire');
  expect(code).toBe(70);
  expect(stderr).toContain('Error: the shop is on fire\n    at ');
  expect(stderr).toContain(
    'report it with this command: pnpm --filter corner-shop start -- --scenario=recovery --seed=1 --implementation=on-fire',
  );
});

test('Ctrl-C ends with 130, and what was measured until then is shown', async () => {
  const child = start(process.execPath, [
    program,
    '--scenario=failure',
    '--set=ratePerSecond=5000',
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

describe('what cannot be run is refused with one line and 2', () => {
  test.each([
    [['--scenario=falure'], 'Did you mean failure?'],
    [['--speed=60x'], 'standard output is no terminal'],
    [['--implementation=one-clerc'], 'Did you mean one-clerk?'],
    [['--set', 'workers=0'], 'a whole number from 1 to 100'],
    [['--fault', 'banc:hang@09:01-09:02'], 'bank'],
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
    implementations: expect.arrayContaining([expect.objectContaining({ name: 'many-clerks' })]),
    services: ['bank'],
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
