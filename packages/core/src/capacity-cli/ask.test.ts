import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { askForPlan } from './ask.ts';

test('asks for a load, explains a bad answer and asks again, and takes defaults', async () => {
  const input = new PassThrough();
  const output = new PassThrough();
  let shown = '';
  const answers = ['-5', '500', '10', '', '1.5', '3', '1%'];
  output.on('data', (chunk: Buffer) => {
    const text = String(chunk);
    shown += text;
    // One answer for each prompt, when it is there.
    if (text.endsWith(': ')) input.write(`${answers.shift() ?? ''}\n`);
  });
  const flags = await askForPlan(input, output);
  expect(flags).toMatchObject({
    eventsPerSecond: 500,
    processingMs: 10,
    variation: 1,
    peak: 1.5,
    burst: 3,
    targetDropRate: 0.01,
  });
  expect(shown).toContain('-5 is out of range');
});
