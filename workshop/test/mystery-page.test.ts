import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunRecord, runRecordSchema } from '@firedrill/core/scenario/record';
import { knownRecord } from '@firedrill/core/workshop';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { Game } from '../src/mystery/game.ts';
import { mysteryAssets } from '../src/mystery/page/assets.ts';
import { mysteryDoor } from '../src/mystery/page/door.ts';
import { mysteryState } from '../src/mystery/page/state.ts';
import { readSealed, seal } from '../src/mystery/sealed-file.ts';
import { Table } from '../src/mystery/table.ts';
import { kioskEvidence, kioskTruth } from './mystery-kiosk.ts';

const evidence = {
  ...kioskEvidence,
  metrics: [
    ...kioskEvidence.metrics,
    {
      name: 'heat',
      label: 'heat',
      unit: 'count' as const,
      points: [[10_000, 7] as [number, number]],
    },
  ],
};
const newGame = (): Game => new Game(evidence, () => Promise.resolve([]));
let table: Table;
beforeEach(() => {
  table = new Table({ name: '7', game: newGame(), evidence, hidden: kioskTruth });
});

const shown = (metrics: readonly string[], states: readonly string[]): readonly RunRecord[] =>
  knownRecord(evidence, { metrics: new Set(metrics), states: new Set(states) });

describe('the record of what is known', () => {
  test('is one of a run, with what was seen and nothing else', () => {
    const records = shown(['late'], ['grill']);
    for (const record of records) expect(runRecordSchema.parse(record)).toEqual(record);
    expect(records.filter(({ type }) => type === 'sample')).toEqual([
      {
        type: 'sample',
        atMs: 1_000,
        phase: 'direct-calls',
        values: {},
        parts: { grill: { used: 3, waiting: 0 } },
      },
      { type: 'sample', atMs: 5_000, phase: 'direct-calls', values: { late: 1 }, parts: {} },
    ]);
    expect(JSON.stringify(records)).not.toContain('heat');
  });

  test('has the alerts from the beginning on', () => {
    const records = shown([], []);
    expect(records.map(({ type }) => type)).toEqual([
      'run.started',
      'phase.started',
      'parts',
      'signal',
      'phase.finished',
    ]);
  });
});

describe('the door of the page', () => {
  test('answers a question, at its price, and notes a cause', async () => {
    const door = mysteryDoor(table);
    expect(await door('/ask', { question: 'logs', about: 'grill' })).toEqual({
      status: 200,
      body: { said: expect.stringContaining('3 calls, 2 timed out'), isPaid: true },
    });
    await door('/cause', { kind: 'hang', place: 'grill', from: '14:01', to: '14:02' });
    expect(mysteryState(table)).toMatchObject({
      minutes: 5,
      asked: [{ question: 'logs grill', minutes: 5 }],
      cause: 'hang grill 14:01:00-14:02:00',
      said: undefined,
    });
  });

  test.each([
    ['no question', '/ask', { question: 'truth' }],
    ['a question that is a line', '/ask', { question: 'logs', about: 'grill\nmetric late' }],
    ['a question with more than it takes', '/ask', { question: 'calm', about: 'grill' }],
    [
      'settings that are words of another kind',
      '/ask',
      { question: 'remedy', about: 'x', settings: 'y' },
    ],
    ['a cause with blanks', '/cause', { kind: 'hang', place: 'a b', from: '14:01', to: '14:02' }],
    ['an end without a key', '/end', {}],
    ['nothing', '/ask', null],
  ])('refuses %s', async (_what, path, message) => {
    expect(await mysteryDoor(table)(path, message)).toMatchObject({ status: 400 });
    expect(table.game.asked).toBe(0);
  });

  test('answers what there is not with a sentence, for nothing', async () => {
    expect(await mysteryDoor(table)('/ask', { question: 'state', about: '__proto__' })).toEqual({
      status: 200,
      body: { said: expect.stringMatching(/no part with a state/), isPaid: false },
    });
    expect(await mysteryDoor(table)('/truth', {})).toMatchObject({ status: 404 });
  });

  test('is closed when it has ended', async () => {
    const door = mysteryDoor(table);
    expect(await door('/end', { key: '' })).toMatchObject({ status: 200 });
    expect(await door('/ask', { question: 'errors' })).toMatchObject({ status: 409 });
    expect(mysteryState(table).said?.join('\n')).toContain('grill: all calls hang');
    await table.ended;
  });
});

describe('the page of a sealed file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealed-page-'));
  const key = 'correct horse battery';
  afterAll(() => rmSync(folder, { recursive: true }));
  const sealed = async (): Promise<Table> => {
    const path = join(folder, 'a.sealed');
    writeFileSync(path, await seal(kioskTruth, evidence, key));
    return new Table({ name: 'a', game: newGame(), evidence, hidden: readSealed(path, path) });
  };

  test('goes on after another key, and is told with the right one', async () => {
    const own = await sealed();
    expect(await mysteryDoor(own)('/end', { key: `${key}.` })).toMatchObject({ status: 422 });
    expect(mysteryState(own)).toMatchObject({ isSealed: true, said: undefined });
    expect(await mysteryDoor(own)('/end', { key })).toMatchObject({ status: 200 });
    expect(mysteryState(own).said?.join('\n')).toContain('the grill that is cold');
  });

  test('stays sealed without one, and says how it is opened', async () => {
    const own = await sealed();
    await own.ask('cause hang grill 14:01-14:02');
    await mysteryDoor(own)('/end', { key: '' });
    const said = mysteryState(own).said?.join('\n');
    expect(said).toContain("pnpm workshop open a '--answer=hang grill 14:01:00-14:02:00'");
    expect(said).not.toContain('cold');
  });
});

test('what the page is given before the end holds nothing of the cause', async () => {
  const find = mysteryAssets(table);
  await mysteryDoor(table)('/ask', { question: 'logs', about: 'grill' });
  const texts = await Promise.all(
    ['/state.json', '/record.ndjson', '/', '/client/stdin.js'].map(
      async (path) => (await find(path))?.text,
    ),
  );
  const hidden = [
    kioskTruth.cause,
    kioskTruth.replay,
    ...kioskTruth.parts.map(({ label }) => label),
  ];
  for (const text of texts) for (const each of hidden) expect(text).not.toContain(each);
  await table.end();
  expect((await find('/state.json'))?.text).toContain(kioskTruth.cause);
});
