import { EventEmitter } from 'node:events';
import { expect, test, vi } from 'vitest';
import { watchForStops } from './interrupt.ts';

function setUp() {
  const signals = new EventEmitter();
  const stdout = new EventEmitter();
  const exit = vi.fn<(code: number) => void>();
  let now = 1_000;
  const interruption = watchForStops({ signals, stdout, exit, nowMs: () => now });
  return { signals, stdout, exit, interruption, pass: (ms: number) => (now += ms) };
}

test('the first Ctrl-C stops the run, and the second ends the process', () => {
  const { signals, exit, interruption, pass } = setUp();
  signals.emit('SIGINT');
  expect(interruption.signal.aborted).toBe(true);
  expect(interruption.stop).toBe('interrupted');
  expect(exit).not.toHaveBeenCalled();
  pass(1_000);
  signals.emit('SIGINT');
  expect(exit).toHaveBeenCalledExactlyOnceWith(130);
});

test('a Ctrl-C that a launcher passes on once more is the same Ctrl-C', () => {
  const { signals, exit, pass } = setUp();
  signals.emit('SIGINT');
  pass(5);
  signals.emit('SIGINT');
  expect(exit).not.toHaveBeenCalled();
});

test('SIGTERM stops the run under its own exit code', () => {
  const { signals, exit, interruption, pass } = setUp();
  signals.emit('SIGTERM');
  expect(interruption.stop).toBe('terminated');
  pass(1_000);
  signals.emit('SIGTERM');
  expect(exit).toHaveBeenCalledExactlyOnceWith(143);
});

test('a reader that goes away stops the run, and never ends the process by force', () => {
  const { stdout, exit, interruption, pass } = setUp();
  const closed = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
  stdout.emit('error', closed);
  pass(1_000);
  stdout.emit('error', closed);
  expect(interruption.stop).toBe('outputClosed');
  expect(exit).not.toHaveBeenCalled();
});

test('an output that the system does not take stops the run, and the reason is kept', () => {
  const { stdout, exit, interruption } = setUp();
  const full = Object.assign(new Error('no space left'), { code: 'ENOSPC', syscall: 'write' });
  stdout.emit('error', full);
  expect(interruption).toMatchObject({ stop: 'unwritten', writeError: full });
  expect(interruption.signal.aborted).toBe(true);
  expect(exit).not.toHaveBeenCalled();
});

test('any other error of the output is not swallowed', () => {
  const { stdout } = setUp();
  expect(() => stdout.emit('error', new TypeError('a defect'))).toThrow('a defect');
});

test('whoever leaves is told apart from whoever interrupts', () => {
  const { exit, interruption } = setUp();
  interruption.quit('left');
  expect(interruption.stop).toBe('left');
  interruption.quit('left');
  expect(exit).not.toHaveBeenCalled();
});
