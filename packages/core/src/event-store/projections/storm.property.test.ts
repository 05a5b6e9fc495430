import process from 'node:process';
import { expect, test } from 'vitest';
import { runStorm, type StormReport } from './storm.ts';

const oneSeed = process.env['SEED'];
const seeds =
  oneSeed === undefined
    ? Array.from({ length: Number(process.env['SEEDS'] ?? 20) }, (_, index) => index + 1)
    : [Number(oneSeed)];

test.each(['dead-letter', 'stop'] as const)(
  'in every storm of runners that come, go, are killed and lose leases, each event takes effect once and in order (%s)',
  async (onExhausted) => {
    const reports: StormReport[] = [];
    for (const seed of seeds) {
      const replay = `SEED=${seed} pnpm --filter @firedrill/core exec vitest run src/event-store/projections/storm.property.test.ts -t ${onExhausted}`;
      try {
        const report = await runStorm(seed, { onExhausted });
        expect(report.differences, `replay: ${replay}`).toEqual([]);
        reports.push(report);
      } catch (error) {
        throw new Error(`Seed ${seed} failed. Replay: ${replay}`, { cause: error });
      }
    }
    if (oneSeed !== undefined) return;
    // A storm without wind proves nothing.
    const sum = (key: Exclude<keyof StormReport, 'differences'>): number =>
      reports.reduce((total, report) => total + report[key], 0);
    for (const key of ['kills', 'stops', 'takenOver', 'lost', 'timedOut'] as const) {
      expect(sum(key), key).toBeGreaterThan(seeds.length / 4);
    }
    expect(sum(onExhausted === 'stop' ? 'stopped' : 'deadLettered')).toBeGreaterThan(0);
    if (process.env['VERBOSE'] !== undefined) {
      const keys = [
        'committed',
        'kills',
        'stops',
        'takenOver',
        'lost',
        'timedOut',
        'deadLettered',
        'stopped',
      ] as const;
      process.stderr.write(
        `${JSON.stringify(Object.fromEntries(keys.map((key) => [key, sum(key)])))}\n`,
      );
    }
  },
);
