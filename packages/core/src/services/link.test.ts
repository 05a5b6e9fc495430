import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { type Link, overLink } from './link.ts';

const cut: Link = { process: 'app', isCut: true, onCut: () => undefined };

/** Collects what nobody can reach. */
function collect(): void {
  setFlagsFromString('--expose-gc');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the flag above puts there
  const gc = runInNewContext('gc') as () => void;
  gc();
}

/** Lets somebody wait for a process that is gone, and forgets all but a weak reference to him. */
function waitInVain(): WeakRef<object> {
  const waiter = { name: 'somebody' };
  void overLink(Promise.resolve(), cut).then(() => waiter);
  return new WeakRef(waiter);
}

test('who waits for a process that is gone is not kept for ever', async () => {
  const waiter = waitInVain();
  await new Promise((resolve) => setImmediate(resolve));
  collect();
  expect(waiter.deref()).toBeUndefined();
});
