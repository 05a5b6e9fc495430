import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { flushed, untilRead } from './flush.ts';

/** A pipe whose reader reads nothing until `read` is called, and everything from then on. */
function slowPipe() {
  const pending: (() => void)[] = [];
  let isReading = false;
  const stream = new Writable({
    write(_chunk, _encoding, done) {
      if (isReading) done();
      else pending.push(done);
    },
  });
  const read = (): void => {
    isReading = true;
    for (const done of pending.splice(0)) done();
  };
  return { stream, read };
}

test('virtual time need not wait for a reader that has read everything', () => {
  expect(untilRead(slowPipe().stream)).toBeUndefined();
});

test('virtual time waits for a reader that has not, however little is left', async () => {
  const { stream, read } = slowPipe();
  stream.write('record');
  const waiting = untilRead(stream);
  expect(waiting).toBeInstanceOf(Promise);
  read();
  await waiting;
  expect(untilRead(stream)).toBeUndefined();
});

test('nothing waits for a reader that went away', async () => {
  const { stream, read } = slowPipe();
  stream.on('error', () => {});
  stream.write('record');
  const waiting = flushed(stream);
  stream.destroy(new Error('EPIPE'));
  read();
  await waiting;
  await flushed(stream);
  expect(stream.destroyed).toBe(true);
});
