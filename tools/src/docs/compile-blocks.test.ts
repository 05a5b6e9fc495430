import { expect, test } from 'vitest';
import { compileBlocks } from './compile-blocks.ts';

test('a block of code that does not compile is named with file and line', async () => {
  const right =
    "import { createHooks } from '@firedrill/core/hooks';\ncreateHooks({ workers: 2 });";
  const wrong = "import { createHooks } from '@firedrill/core/hooks';\ncreateHooks({ wokers: 2 });";
  const text = `# A\n\n\`\`\`ts\n${right}\n\`\`\`\n\n\`\`\`ts\n${wrong}\n\`\`\`\n`;
  const { blocks, faults } = await compileBlocks(new Map([['a.md', text]]));
  expect(blocks).toBe(2);
  expect(faults).toEqual([expect.stringMatching(/^a\.md:10: error TS2561: .*'wokers'/)]);
});
