import { expect, it } from 'vitest';
import { bundleStage } from '../src/browser/bundle-stage.ts';

/** Of faker's English: the first last name, and a breed of dog. */
const [drawn, never] = ['Abbott', 'Labrador Retriever'];

it('a worker of exercises has the names that its example draws, and not what nobody draws', async () => {
  const { files } = await bundleStage('payment-processing');
  const text = [...files.values()].join('\n');
  expect(text).toContain(drawn);
  expect(text).not.toContain(never);
});
