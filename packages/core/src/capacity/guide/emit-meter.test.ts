import { expect, test } from 'vitest';
import { meterEmits } from './emit-meter.ts';

test('the mean of the emits since it was last asked is in microseconds, and everything is passed on', () => {
  let nowMs = 0;
  const { emit, takeMicros } = meterEmits(
    (event: string, ms: number) => {
      nowMs += ms;
      if (event === 'bad') throw new Error('no');
      return `${event} done`;
    },
    () => nowMs,
  );
  expect(takeMicros()).toBeUndefined();
  expect(emit('work', 0.002)).toBe('work done');
  expect(() => emit('bad', 0.004)).toThrow('no');
  expect(takeMicros()).toBeCloseTo(3, 9);
  expect(takeMicros()).toBeUndefined();
});
