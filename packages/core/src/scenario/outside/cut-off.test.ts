import { expect, test } from 'vitest';
import { cutOff, ProcessGoneError } from './cut-off.ts';
import { ProcessLink } from './process-link.ts';

const port = {
  connect: () => ({ tell: () => 'told' }),
  async close() {
    return 'closed';
  },
  later: () => Promise.resolve('now'),
};

test('while its process lives, a port is what it was', async () => {
  const held = cutOff(port, new ProcessLink('app'));
  expect(held.connect().tell()).toBe('told');
  expect(await held.close()).toBe('closed');
});

test('afterwards what answers at once goes no further, and what answers later never does', async () => {
  const link = new ProcessLink('app');
  const held = cutOff(port, link);
  held.connect();
  await held.later();
  link.cut();
  expect(() => held.connect()).toThrow(ProcessGoneError);
  const silent = Promise.race([held.close(), held.later(), Promise.resolve('nothing')]);
  expect(await silent).toBe('nothing');
});
