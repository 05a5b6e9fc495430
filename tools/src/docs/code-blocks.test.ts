import { expect, test } from 'vitest';
import { parseCommand } from './check-commands.ts';
import { codeBlocksOf } from './code-blocks.ts';

const text = `# Title

<!-- given
declare const a: number;
-->

\`\`\`ts
use(a);
\`\`\`

\`\`\`sh
pnpm bench
\`\`\`
`;

test('finds the blocks of a text with their lines, and what they take for granted', () => {
  expect(codeBlocksOf(text)).toEqual([
    { language: 'ts', code: 'use(a);\n', given: 'declare const a: number;\n', line: 8 },
    { language: 'sh', code: 'pnpm bench\n', given: '', line: 12 },
  ]);
});

test('reads package, script, word and flags of a command', () => {
  expect(
    parseCommand(
      "WORKER_ID=0 pnpm -s --filter shop start -- scaling --events=5 --fault 'a --b' | head --lines=3",
    ),
  ).toEqual({ filter: 'shop', script: 'start', word: 'scaling', flags: ['--events', '--fault'] });
  expect(parseCommand('npx -y pnpm@12 run docs --check')).toEqual({
    filter: 'firedrill',
    script: 'docs',
    word: undefined,
    flags: ['--check'],
  });
  expect(parseCommand('sed -i s/a/b/ log.ndjson')).toBeUndefined();
});
