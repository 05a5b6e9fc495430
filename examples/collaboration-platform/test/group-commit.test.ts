import { createMemoryEventStore, VersionConflictError } from '@firedrill/core/event-store';
import { expect, test } from 'vitest';
import { withGroupCommit } from '../src/serve/group-commit.ts';
import { type CanvasEvent, catalogue } from '../src/serve/store.ts';

const event: CanvasEvent = {
  type: 'access.decided',
  data: { personId: 'ada', role: 'editor', by: 'ada' },
};
const stream = (id: string) => ({ category: 'canvas', id });

/** A store that counts its transactions. */
function counted() {
  const store = createMemoryEventStore({ catalogue });
  let transactions = 0;
  const counting: typeof store = {
    ...store,
    transaction(work) {
      transactions += 1;
      return store.transaction(work);
    },
  };
  return { store: withGroupCommit(counting), transactions: () => transactions };
}

test('what canvases append while the store is busy shares a transaction', async () => {
  const { store, transactions } = counted();
  const ids = Array.from({ length: 10 }, (_, number) => `${number}`);
  await Promise.all(ids.map((id) => store.append(stream(id), [event], { expectedVersion: 0 })));
  // The first goes alone, and the nine that came meanwhile together.
  expect(transactions()).toBe(1);
  for (const id of ids) expect(await store.readStream(stream(id))).toHaveLength(1);
});

test('one that is refused is refused alone, and the others of its group are kept', async () => {
  const { store } = counted();
  const first = store.append(stream('a'), [event], { expectedVersion: 0 });
  const stale = store.append(stream('a'), [event], { expectedVersion: 7 });
  const good = store.append(stream('b'), [event], { expectedVersion: 0 });
  await expect(stale).rejects.toThrow(VersionConflictError);
  await Promise.all([first, good]);
  expect(await store.readStream(stream('a'))).toHaveLength(1);
  expect(await store.readStream(stream('b'))).toHaveLength(1);
});
