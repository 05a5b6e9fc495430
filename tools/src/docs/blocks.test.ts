import { expect, test } from 'vitest';
import { fillBlocks, recipesOf } from './blocks.ts';

const text = `# Title

<!-- generated: checks a b -->
old
<!-- /generated -->

between

<!-- generated: scale a -->
<!-- /generated -->
`;

test('finds the recipes of a text in order', () => {
  expect(recipesOf(text)).toEqual(['checks a b', 'scale a']);
});

test('replaces what stands between the marks and nothing else', () => {
  const filled = fillBlocks(text, (recipe) => `new ${recipe}`);
  expect(filled).toContain(
    '<!-- generated: checks a b -->\n\nnew checks a b\n\n<!-- /generated -->',
  );
  expect(filled).toContain('between');
  expect(filled).not.toContain('old');
});

test('is stable: filling twice changes nothing', () => {
  const once = fillBlocks(text, (recipe) => `new ${recipe}`);
  expect(fillBlocks(once, (recipe) => `new ${recipe}`)).toBe(once);
});
