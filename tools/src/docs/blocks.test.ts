import { expect, test } from 'vitest';
import { fillBlocks, recipesOf, staleBlocksOf } from './blocks.ts';

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

const contentOf = (recipe: string): string => `| ${recipe} | 427 ms |`;

test('a figure that no run gives is named with its line and its recipe', () => {
  const asRun = fillBlocks(text, contentOf);
  expect(staleBlocksOf(asRun, contentOf)).toEqual([]);
  expect(staleBlocksOf(asRun.replace('scale a | 427', 'scale a | 42'), contentOf)).toEqual([
    '13: scale a: it says "| scale a | 42 ms |", and the run says "| scale a | 427 ms |"',
  ]);
});
