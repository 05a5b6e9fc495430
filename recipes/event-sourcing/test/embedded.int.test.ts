import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPgliteEventStore } from '@firedrill/core/event-store/pglite';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { recipeSuite } from './recipe-suite.ts';
import { run } from './run.ts';

let scratch = '';

const step = (mode: string, ...flags: readonly string[]) =>
  run(['stop-resume', `--mode=${mode}`, '--directory=shop', ...flags], {
    env: { INIT_CWD: scratch },
  });

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'recipes-test-'));
  vi.stubEnv('TMPDIR', scratch);
});

afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(scratch, { recursive: true });
});

describe('on the embedded database', () => {
  recipeSuite({});

  test('nobody asked for a directory, so none of them has left one', () => {
    expect(readdirSync(scratch)).toEqual([]);
  });
});

describe('in a directory that was asked for', () => {
  test('the steps of stop-resume find what the earlier ones left', async () => {
    const appended = await step('append', '--events=12');
    expect(appended.stdout).toContain('12 events appended');
    const unknown = await step('status');
    expect(unknown.stdout).toContain('Nothing was processed yet');
    const controller = new AbortController();
    const interrupted = await run(['stop-resume', '--mode=process', '--batch-size=2'], {
      env: { INIT_CWD: scratch, DIRECTORY: 'shop' },
      signal: controller.signal,
      onOutput(stdout) {
        if (stdout.includes('4 events applied')) controller.abort();
      },
    });
    expect(interrupted.stdout).toContain('Stopped after the batch under way');
    const status = await step('status');
    expect(status.stdout).toMatch(/holds {2}what was applied is what the checkpoints say/);
    const resumed = await step('process');
    const done = [interrupted, resumed].map(({ stdout }) =>
      Number(/(\d+) events in this process/.exec(stdout)?.[1]),
    );
    expect(done[0]).toBeLessThan(12);
    expect((done[0] ?? 0) + (done[1] ?? 0)).toBe(12);
    const again = await step('process');
    expect(again.stdout).toContain('Everything is done: 0 events in this process.');
  });

  test('a second run of basic goes on behind the first', async () => {
    for (const expected of ['order-1 was placed', 'order-4 was placed']) {
      const { code, stdout } = await run(['basic', '--directory=basic'], {
        env: { INIT_CWD: scratch },
      });
      expect(stdout).toContain(expected);
      expect(code).toBe(0);
    }
  });

  test('a directory that is open elsewhere is refused, and nothing happens to it', async () => {
    const store = await openPgliteEventStore({ directory: join(scratch, 'open') });
    const { code, stderr } = await run(['basic', '--directory=open'], {
      env: { INIT_CWD: scratch },
    });
    await store.close();
    expect(stderr).toMatch(/^Failed to open the event store in .+ has it open/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(2);
  });

  test('one step alone needs a place, and one of several processes a server', async () => {
    const stepAlone = await run(['stop-resume', '--mode=append']);
    expect(stepAlone.stderr).toContain('Add --directory=./shop');
    const partition = await run(['partitioned', '--partition-key=0']);
    expect(partition.stderr).toContain('the embedded database belongs to the process');
    const worker = await run(['scaling', '--worker-id=0']);
    expect(worker.stderr).toContain('the embedded database belongs to one process');
    expect([stepAlone.code, partition.code, worker.code]).toEqual([2, 2, 2]);
  });
});
