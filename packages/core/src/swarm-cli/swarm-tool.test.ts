import { spawn } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { runHere } from '../command-line/run-here.ts';
import type { SwarmStorm } from '../swarm/index.ts';
import { findExamples } from './find-examples.ts';
import { swarmTool } from './swarm-tool.ts';

const program = new URL('fixture/main.ts', import.meta.url).pathname;
const storms = new URL('fixture/examples/kiosk/test', import.meta.url).pathname;

const find = () => findExamples(new URL('fixture/examples', import.meta.url).pathname);

/** As `pnpm swarm`, in this process: what ends with a signal below starts one. */
async function swarm(...args: readonly string[]) {
  const { status, stdout, stderr } = await runHere(args, () => swarmTool(find));
  return { status, stdout, stderr: withoutProgress(stderr) };
}

const withoutProgress = (stderr: string): string =>
  stderr.replaceAll(/^\w+: .* storms, .*\n/gm, '');
const digestOf = (stdout: string): string => /verdicts sha256 (\w+)/.exec(stdout)?.[1] ?? 'none';

describe('what cannot be read ends with 2, one sentence with the remedy, and no storm', () => {
  test.each([
    [['--seeds=0'], 'Use a whole number from 1 to 1,000,000'],
    [['--seed=-1'], 'Use one from 0 to'],
    [['--minutes=soon'], 'Write a number, e.g. --minutes=5.'],
    [['--jobs=1.5'], 'Use a whole number from 1 to 64'],
    [['--shrink=0.5'], 'Use a whole number from 0 to'],
    [['--fault-kinds=hang,crush'], 'Did you mean crash?'],
    [['--fault-kinds='], 'Write it as --fault-kinds=<kinds>.'],
    [['--fault-kinds=hang,'], 'Use one of hang, error,'],
    [['--implementation=carefull', 'kiosk'], 'Did you mean careful? Use one of careless, careful.'],
    [['--each-crash=0'], 'Use a whole number from 1 to'],
    [['--each-fault', '--seeds=5'], 'Leave out one of the two.'],
    [['--each-fault', '--each-crash=5'], 'Leave out one of the two.'],
    [['--seedz=1'], 'Did you mean --seed'],
    [['kiosk', '--set=visitor=9'], 'Use one of'],
    [['kioks'], 'Did you mean kiosk? Use one of kiosk, leaky, unfinished.'],
  ])('%s', async (args, remedy) => {
    const { status, stdout, stderr } = await swarm(...args);
    expect(stderr).toMatch(/^Failed to read [^\n]*\n$/);
    expect(stderr).toContain(remedy);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });
});

describe('storms by a plan', () => {
  test('each kind of fault strikes whatever can have it, alone', async () => {
    const { status, stdout } = await swarm(
      'kiosk',
      '--each-fault',
      '--no-keep',
      '--json',
      '--jobs=1',
    );
    const rows = stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    const struck = rows.flatMap((row) => faultsOf(row));
    expect(struck.length).toBeGreaterThan(10);
    expect(new Set(struck).size).toBe(struck.length);
    expect(status).toBe(0);
  });

  test('a crash comes at moments of its own, the same ones on two threads', async () => {
    const args = ['kiosk', '--each-crash=6', '--no-keep'];
    const [one, two] = [await swarm(...args, '--jobs=1'), await swarm(...args, '--jobs=2')];
    expect(one.stdout).toContain('6 storms of recovery in small, each with a crash,');
    expect(digestOf(two.stdout)).toBe(digestOf(one.stdout));
    expect(one.status).toBe(0);
  });
});

/** What the one fault of a storm is, of a row of `--json`. */
function faultsOf(row: unknown): readonly string[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a row of this very tool
  const { type, storm } = row as {
    readonly type: string;
    readonly storm?: SwarmStorm;
  };
  if (type !== 'storm' || storm === undefined) return [];
  expect(storm.faults).toHaveLength(1);
  return storm.faults.map(({ service, kind }) => `${service} ${kind}`);
}

describe('the storms are the same', () => {
  test('on one thread and on two', async () => {
    const args = ['kiosk', '--seeds=12', '--implementation=careless', '--shrink=0', '--no-keep'];
    const [one, two] = [await swarm(...args, '--jobs=1'), await swarm(...args, '--jobs=2')];
    expect(digestOf(one.stdout)).toMatch(/^\w{16}$/);
    expect(digestOf(two.stdout)).toBe(digestOf(one.stdout));
    const other = await swarm(...args, '--jobs=1', '--seed=2');
    expect(digestOf(other.stdout)).not.toBe(digestOf(one.stdout));
    expect([one.status, two.status]).toEqual([1, 1]);
  });

  test('in whichever order the kinds of fault are named', async () => {
    const args = ['kiosk', '--seeds=4', '--jobs=1'];
    const digests = new Set<string>();
    for (const kinds of ['hang,crash', 'crash,hang,crash']) {
      digests.add(digestOf((await swarm(...args, `--fault-kinds=${kinds}`)).stdout));
    }
    expect(digests.size).toBe(1);
  });
});

test('a setting that is given is one of every storm, and the rest is drawn as without it', async () => {
  const args = ['kiosk', '--seeds=3', '--jobs=1', '--json', '--no-keep'];
  const stormsOf = async (...more: readonly string[]): Promise<readonly SwarmStorm[]> =>
    (await swarm(...args, ...more)).stdout
      .trim()
      .split('\n')
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a row of this very tool
      .flatMap((line) => (JSON.parse(line) as { readonly storm?: SwarmStorm }).storm ?? []);
  const [plain, given] = [await stormsOf(), await stormsOf('--set=patienceMs=4000')];
  expect(given).toEqual(
    plain.map((storm) => ({ ...storm, settings: { ...storm.settings, patienceMs: 4_000 } })),
  );
  expect(given).toHaveLength(3);
});

describe('an example that cannot be loaded', () => {
  test('is one sentence, and the others are swarmed', async () => {
    const { status, stdout, stderr } = await swarm('unfinished', 'kiosk', '--seeds=2', '--jobs=1');
    expect(stderr).toMatch(
      /^Failed to load the example unfinished: Failed to define the example: its rules are missing\. Correct [^\n]*unfinished\/src\/example\.ts, or name the other examples\.\n$/,
    );
    expect(stdout).toContain('kiosk, careful: 2 storms from seed 1');
    expect(status).toBe(1);
  });
});

describe('a seed that cannot be run', () => {
  test('is told with the line that shows it alone, and the others are run', async () => {
    const { status, stdout, stderr } = await swarm('leaky', 'kiosk', '--seeds=2', '--jobs=1');
    expect(stderr).toMatch(/^Failed to run seed 1 of leaky: TypeError: The roof leaks\.$/m);
    expect(stderr).toContain('See it alone: pnpm swarm leaky --seed=2 --seeds=1\n');
    expect(stdout).toContain('leaky, careful: 0 storms from seed 1');
    expect(stdout).toContain('2 could not be run');
    expect(stdout).toContain('kiosk, careful: 2 storms from seed 1');
    expect(status).toBe(1);
  });
});

describe('what broke', () => {
  test('ends with 1, and is shrunk to a line; nothing that broke ends with 0', async () => {
    const { status, stdout } = await swarm(
      'kiosk',
      '--seed=5',
      '--seeds=1',
      '--implementation=careless',
      '--no-keep',
      '--jobs=1',
    );
    expect(stdout).toContain('paid-once broke in 1 storm: seeds 5');
    expect(stdout).toMatch(/shrunk in \d+ runs to 1 fault: /);
    expect(stdout).toMatch(
      /pnpm --filter kiosk start -- --scenario=recovery --seed=5 .*--fault=till:/,
    );
    expect(status).toBe(1);
    expect((await swarm('kiosk', '--seeds=1', '--jobs=1')).status).toBe(0);
    expect(existsSync(storms)).toBe(false);
  });

  test('is one object a line with --json, and nothing else; shrunk and kept all the same', async () => {
    try {
      const { stdout } = await swarm(
        'kiosk',
        '--seed=5',
        '--seeds=2',
        '--implementation=careless',
        '--json',
      );
      const rows = stdout.trimEnd().split('\n');
      const of = { example: 'kiosk', implementation: 'careless' };
      expect(rows.map((row) => JSON.parse(row) as unknown)).toMatchObject([
        { type: 'storm', ...of, storm: { seed: 5 }, breakage: { rule: 'paid-once' } },
        { type: 'storm', ...of, storm: { seed: 6 } },
        { type: 'swarm', ...of, storms: 2, failed: 0, neverReached: { operations: ['till.find'] } },
        {
          type: 'shrunk',
          ...of,
          rule: 'paid-once',
          storm: { seed: 5, faults: [{ service: 'till' }] },
          line: expect.stringMatching(/^pnpm --filter kiosk start -- .*--seed=5 /),
          file: expect.stringMatching(/test.storms.careless-paid-once-5\.json$/),
        },
      ]);
      expect(readdirSync(`${storms}/storms`)).toEqual(['careless-paid-once-5.json']);
    } finally {
      rmSync(storms, { recursive: true, force: true });
    }
  });
});

describe('stopped from outside', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    '%s ends with %i, tells what was found, and leaves nothing behind',
    async (signal, code) => {
      const child = spawn(process.execPath, [
        program,
        'kiosk',
        '--minutes=60',
        '--seed=5',
        '--implementation=careless',
      ]);
      let stdout = '';
      let stderr = '';
      let isStopped = false;
      child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => {
        stderr += chunk.toString();
        // The first progress: one storm has been judged.
        if (!isStopped && stderr.includes('1 broken')) isStopped = child.kill(signal);
      });
      // All of its output is closed: no thread and no process of it is left.
      await once(child, 'close');
      expect(withoutProgress(stderr)).toBe('');
      expect(stdout).toMatch(/paid-once broke in \d+ storms?: seeds 5/);
      expect(stdout).toContain('pnpm --filter kiosk start -- --scenario=recovery --seed=5');
      expect(child.exitCode).toBe(code);
      expect(existsSync(storms)).toBe(false);
    },
  );
});
