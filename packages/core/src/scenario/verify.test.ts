import { expect, test } from 'vitest';
import type { RunFinished, RunRecord } from './record.ts';
import { verify } from './verify.ts';

const finished: RunFinished = {
  type: 'run.finished',
  isAsDeclared: true,
  reason: 'all is well.',
  virtualMs: 1,
  records: 1,
  hash: 'h',
  replay: 'r',
  next: 'n',
};

/** Runs that write these texts, one run after the other. */
function runs(...texts: readonly (readonly string[])[]) {
  let run = 0;
  return async (sink: (record: RunRecord) => void): Promise<RunFinished> => {
    for (const text of texts[run] ?? []) sink({ type: 'story', text });
    run += 1;
    return finished;
  };
}

test('two runs with the same lines are identical, and the first one is shown', async () => {
  const shown: RunRecord[] = [];
  const verification = await verify(runs(['a', 'b'], ['a', 'b']), (record) => shown.push(record));
  expect(verification.identical).toBe(true);
  expect(shown).toHaveLength(2);
});

test('the first line that differs is shown from both runs', async () => {
  const verification = await verify(runs(['a', 'b', 'c'], ['a', 'x', 'y']), () => {});
  expect(verification).toMatchObject({
    identical: false,
    line: 2,
    first: '{"type":"story","text":"b"}',
    second: '{"type":"story","text":"x"}',
  });
});

test.each([
  { texts: [['a', 'b'], ['a']] as const, line: 2, missing: 'second' },
  { texts: [['a'], ['a', 'b']] as const, line: 2, missing: 'first' },
])('a run that is shorter differs at its end: $missing', async ({ texts, line, missing }) => {
  const verification = await verify(runs(...texts), () => {});
  expect(verification).toMatchObject({ identical: false, line, [missing]: '(no such line)' });
});
