import { expect, test } from 'vitest';
import { run } from './run.ts';

/** Small numbers: enough that everything happens that a recipe is about. */
const small: Readonly<Record<string, readonly string[]>> = {
  basic: [],
  'single-worker': ['--events=40', '--batch-size=5'],
  'stop-resume': ['--events=20', '--batch-size=2'],
  'multiple-projections': ['--events=40'],
  'worker-pool': ['--events=40', '--workers=3', '--batch-size=5'],
  partitioned: ['--events=60', '--total-partitions=3'],
  scaling: ['--events=60', '--workers=3'],
};

/** What every recipe keeps to, whatever database it works on. */
export function recipeSuite(env: Readonly<Record<string, string>>): void {
  test.each(Object.entries(small))(
    '%s ends with 0, and everything that it claims holds',
    async (name, flags) => {
      const { code, stdout, stderr } = await run([name, ...flags], { env });
      expect(stderr).toMatch(/^machine: .+\n$/);
      expect(stdout).not.toContain('BROKEN');
      expect(code).toBe(0);
      expect(stdout).toContain(' holds ');
      expect(stdout).toContain('Try next');
    },
  );

  test('single-worker applies each event once over two runs, and its read model adds up', async () => {
    const { stdout } = await run(['single-worker', '--events=30', '--workers=2'], { env });
    expect(stdout).toContain('30 of 30 applied, 0 missing, 0 twice, 0 out of order');
    const counts = countsOf(stdout, /^ {2}(first|second) run +(\d+)$/gm);
    expect(counts).toHaveLength(2);
    expect(sum(counts)).toBe(30);
    expect(Math.min(...counts)).toBeGreaterThan(0);
  });

  test('stop-resume ends a process by Ctrl-C, and another one does the rest', async () => {
    const { stdout } = await run(['stop-resume', '--events=24', '--batch-size=2'], { env });
    expect(stdout).toContain('Ctrl-C (SIGINT)');
    expect(stdout).toContain('exit code 130');
    const counts = countsOf(stdout, /^ {2}(process) \d+ +(\d+)$/gm);
    expect(counts).toHaveLength(2);
    expect(sum(counts)).toBe(24);
  });

  test('multiple-projections shows the batch size of each, and only the paused one behind', async () => {
    const { stdout } = await run(['multiple-projections', '--events=30'], { env });
    const rows = stdout.match(/^ {2}(order-summary|takings|welcome-letters) +\d.*$/gm) ?? [];
    expect(rows.slice(0, 3).map((row) => row.trim().split(/ +/).at(-1))).toEqual(['0', '30', '0']);
    expect(rows.slice(3).map((row) => row.trim().split(/ +/).at(-1))).toEqual(['0', '0', '0']);
    expect(rows.map((row) => row.trim().split(/ +/)[1])).toEqual([
      '50',
      '10',
      '1',
      '50',
      '10',
      '1',
    ]);
  });

  test('partitioned loses a process, and no event', async () => {
    const { stdout } = await run(['partitioned', '--events=50', '--total-partitions=2'], { env });
    expect(stdout).toContain('kill -9 process-1');
    expect(stdout).toMatch(/holds {2}the buckets of the dead process went to the others/);
    expect(stdout).toContain('100 of 100 applied, 0 missing, 0 twice, 0 out of order');
    expect(stdout).not.toContain('process-1 | stopped');
    expect(stdout).toContain('process-0 | stopped');
  });

  test('scaling shares the buckets fairly after each change', async () => {
    const { stdout } = await run(['scaling', '--events=40', '--workers=2'], { env });
    expect(stdout).toContain('3 changes, 3 settled');
    expect(stdout).toContain('worker-1: 8, worker-2: 8');
    expect(stdout).toContain('40 of 40 applied, 0 missing, 0 twice, 0 out of order');
  });

  test('Ctrl-C stops a recipe in good order, and what was done is right', async () => {
    const controller = new AbortController();
    const { code, stdout } = await run(['scaling', '--events=5000'], {
      env,
      signal: controller.signal,
      onOutput(text) {
        if (text.includes('+ worker-2')) controller.abort();
      },
    });
    expect(stdout).toContain('Stopped.');
    expect(stdout).not.toContain('BROKEN');
    expect(code).toBe(0);
  });
}

function countsOf(text: string, pattern: RegExp): readonly number[] {
  return [...text.matchAll(pattern)].map((match) => Number(match[2]));
}

const sum = (numbers: readonly number[]): number =>
  numbers.reduce((total, number) => total + number, 0);
