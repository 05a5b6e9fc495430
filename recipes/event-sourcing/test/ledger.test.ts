import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runRecipe } from '../src/command/run-recipe.ts';
import { openEmbedded } from '../src/database/embedded.ts';
import { createOutput } from '../src/output.ts';
import { defineRecipe } from '../src/recipe.ts';
import { appendHistory } from '../src/shop/append-history.ts';
import {
  allEvents,
  auditLedger,
  checkExactlyOnce,
  createLedger,
  noteApplied,
} from '../src/shop/ledger.ts';

const by = { projection: 'p', worker: 'w' };
const silent = { write: () => true };

test('the ledger finds what was applied twice, out of order, or not at all', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'ledger-'));
  const { store } = await openEmbedded(directory);
  try {
    const { signal } = new AbortController();
    await createLedger(store);
    await appendHistory(store, { events: 60, seed: 1, signal });
    const events = await allEvents(store);
    const [first, second, ...rest] = events.filter(({ stream }) =>
      events.some((other) => other.stream.id === stream.id && other.streamVersion === 2),
    );
    const successor = rest.find(({ stream }) => stream.id === first?.stream.id);
    if (first === undefined || second === undefined || successor === undefined) {
      throw new Error('this history has too few events of one stream');
    }
    // The second event of a stream before its first, one event twice, all others not at all.
    await store.transaction((tx) => noteApplied([successor, first, second, second], tx, by));
    const audit = await auditLedger(store, 'p');
    expect(audit).toMatchObject({ expected: 60, applied: 4, missing: 57, twice: 1, outOfOrder: 2 });
    const out = createOutput(silent);
    checkExactlyOnce(out, 'p', audit);
    expect(out.failedChecks).toBe(1);
  } finally {
    await store.close();
    rmSync(directory, { recursive: true });
  }
});

test('a recipe whose claim does not hold ends with 1, and cleans up', async () => {
  let isClean = false;
  const recipe = defineRecipe({
    name: 'broken',
    level: 'beginner',
    teaches: 'nothing',
    lesson: [],
    flags: {},
    next: [],
    async run({ out, onEnd }) {
      onEnd(async () => {
        isClean = true;
      });
      out.check('two is three', false, '2');
    },
  });
  const { signal } = new AbortController();
  const surroundings = { env: {}, stdout: silent, stderr: silent, signal };
  expect(await runRecipe(recipe, {}, surroundings)).toBe(1);
  expect(isClean).toBe(true);
});
