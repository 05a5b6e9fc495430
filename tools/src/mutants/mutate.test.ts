import { expect, test } from 'vitest';
import { mutateFiles } from './mutate.ts';

const text = `export function due(atMs: number, nowMs: number): string {
  // What is due now is due.
  return nowMs >= atMs ? 'due' : 'not yet';
}
`;

test('a change is told by its line, and can be turned on alone', async () => {
  const { sources, mutants } = await mutateFiles('/parts', new Map([['/parts/due.ts', text]]));
  const source = sources.get('/parts/due.ts') ?? '';
  expect(mutants.map(({ file, line }) => `${file}:${line}`)).toContain('due.ts:3');
  const boundary = mutants.find(({ replacement }) => replacement === 'nowMs > atMs');
  expect(boundary).toMatchObject({
    line: 3,
    code: "return ⟦nowMs >= atMs⟧ ? 'due' : 'not yet';",
  });
  expect(source).toContain(`stryMutAct_9fa48("${boundary?.id}")`);
  expect(new Set(mutants.map(({ id }) => id)).size).toBe(mutants.length);
});

test('another text is no change', async () => {
  const { mutants } = await mutateFiles('/parts', new Map([['/parts/due.ts', text]]));
  expect(mutants.filter(({ replacement }) => replacement === '""')).toEqual([]);
});
