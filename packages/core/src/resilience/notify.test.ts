import { expect, test, vi } from 'vitest';
import { notify } from './notify.ts';

test('a listener that throws does not throw at its caller, and its error surfaces', () => {
  const surfacing: (() => void)[] = [];
  const queue = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation((task) => {
    surfacing.push(task);
  });
  notify(() => {
    throw new Error('broken listener');
  }, 'event');
  queue.mockRestore();
  expect(surfacing).toHaveLength(1);
  expect(surfacing[0]).toThrow('broken listener');
});

test('no listener is no error', () => {
  expect(() => notify(undefined, 'event')).not.toThrow();
});
