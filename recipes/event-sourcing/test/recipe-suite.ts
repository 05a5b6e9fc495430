import { expect, test } from 'vitest';
import { run } from './run.ts';

const nothingWrong = '0 missing, 0 twice, 0 out of order';

/** What every recipe keeps to, whatever database it works on. Numbers are small on purpose. */
export function recipeSuite(env: Readonly<Record<string, string>>): void {
  async function claims(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await run(args, { env });
    expect(stderr).toMatch(/^machine: .+\n$/);
    expect(stdout).not.toContain('BROKEN');
    expect(stdout).toContain(' holds ');
    expect(stdout).toContain('Try next');
    expect(code).toBe(0);
    return stdout;
  }

  test('basic refuses a stale append, a forged event and half a transaction', async () => {
    const stdout = await claims('basic');
    expect(stdout).toContain('VersionConflictError, the stream is at version 2');
    expect(stdout).toContain('already-appended');
    expect(stdout).toContain('0 parcels, 0 events of order-2');
    expect(stdout).toContain('SQLSTATE 23001');
    expect(stdout).toContain('takings 4900 cents');
  });

  test('single-worker applies each event once over two runs, and its read model adds up', async () => {
    const stdout = await claims('single-worker', '--events=30', '--workers=2', '--batch-size=3');
    expect(stdout).toContain(`30 of 30 applied, ${nothingWrong}`);
    const counts = countsOf(stdout, /^ {2}(first|second) run +(\d+)$/gm);
    expect(counts).toHaveLength(2);
    expect(sum(counts)).toBe(30);
    expect(Math.min(...counts)).toBeGreaterThan(0);
  });

  test('stop-resume ends a process by Ctrl-C, and another one does the rest', async () => {
    const stdout = await claims('stop-resume', '--events=24', '--batch-size=2');
    expect(stdout).toContain('Ctrl-C (SIGINT)');
    expect(stdout).toContain('exit code 130');
    const counts = countsOf(stdout, /^ {2}(process) \d+ +(\d+)$/gm);
    expect(counts).toHaveLength(2);
    expect(sum(counts)).toBe(24);
  });

  test('multiple-projections shows the batch size of each, and only the paused one behind', async () => {
    const stdout = await claims('multiple-projections', '--events=30');
    const rows = (stdout.match(/^ {2}(order-summary|takings|welcome-letters) +\d.*$/gm) ?? []).map(
      (row) => row.trim().split(/ +/),
    );
    expect(rows.map((row) => row[1])).toEqual(['50', '10', '1', '50', '10', '1']);
    expect(rows.map((row) => row.at(-1) === '0')).toEqual([true, false, true, true, true, true]);
  });

  test('worker-pool handles no bucket twice at once', async () => {
    const stdout = await claims('worker-pool', '--events=40', '--workers=3', '--batch-size=5');
    expect(stdout).toMatch(/a bucket is on one worker at a time: .+, 0 overlaps/);
    expect(stdout).toMatch(/holds {2}the pool works on several buckets at once: [23] at once/);
    expect(stdout.match(/40 of 40 applied, 0 missing/g)).toHaveLength(2);
  });

  test('partitioned loses a process, and no event', async () => {
    const stdout = await claims('partitioned', '--events=50', '--total-partitions=2');
    expect(stdout).toContain('kill -9 process-1');
    expect(stdout).toMatch(/holds {2}the buckets of the dead process went to the others/);
    expect(stdout).toContain(`100 of 100 applied, ${nothingWrong}`);
    expect(stdout).not.toContain('process-1 | stopped');
    expect(stdout).toContain('process-0 | stopped');
  });

  test('scaling shares the buckets fairly after each change', async () => {
    const stdout = await claims('scaling', '--events=40', '--workers=2');
    expect(stdout).toContain('3 changes, 3 settled');
    expect(stdout).toContain('worker-1: 8, worker-2: 8');
    expect(stdout).toMatch(/ (\d+) of \1 applied, 0 missing, 0 twice, 0 out of order/);
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
