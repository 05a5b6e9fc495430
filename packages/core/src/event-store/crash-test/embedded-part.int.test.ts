import { expect, test } from 'vitest';
import { embeddedPart } from './embedded-part.ts';

test('the embedded part ends when its time is over, says how far it is, and adds up', async () => {
  const said: string[] = [];
  const { lines, failures } = await embeddedPart({
    seed: 1,
    seconds: 1,
    signal: new AbortController().signal,
    progress: (line) => said.push(line),
  });
  expect(failures).toEqual([]);
  // Fifty, whatever the time, would be minutes.
  const [, kills] = /^kills (\d+), acknowledged \d+, lost 0$/.exec(lines[0] ?? '') ?? [];
  expect(Number(kills)).toBeGreaterThan(0);
  expect(Number(kills)).toBeLessThan(20);
  expect(said.some((line) => /s left, \d+ acknowledged, kills: \d+/.test(line))).toBe(true);
});
