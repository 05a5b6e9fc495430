import { expect, test } from 'vitest';
import { measureEmits } from './measure-emits.ts';

test('every emit is timed, and those are counted that find no room', async () => {
  const times = await measureEmits({ handlers: 2, workers: 4, queueSize: 8, events: 640 });
  // Twelve tasks have room, which are six events of the 32 that come at once.
  expect(times).toMatchObject({ emits: 640, refused: 20 * 26 });
  expect(times.meanMicros).toBeGreaterThan(0);
  expect(times.p50Micros).toBeLessThanOrEqual(times.p99Micros);
  expect(times.p99Micros).toBeLessThanOrEqual(times.maxMicros);
});
