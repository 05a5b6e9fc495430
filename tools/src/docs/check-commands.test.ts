import { expect, test } from 'vitest';
import { checkCommands } from './check-commands.ts';

test('a command without a script, a package or a flag of that name is named with file and line', async () => {
  const commands = [
    'pnpm capacity --validate',
    'pnpm capacity --valdiate',
    'pnpm capacitiy',
    'pnpm --filter payment-procesing start',
    'yarn start',
  ];
  const text = `# A\n\n\`\`\`sh\n${commands.join('\n')}\n\`\`\`\n`;
  expect(await checkCommands(new Map([['a.md', text]]))).toEqual({
    commands: 5,
    faults: [
      'a.md:5: pnpm capacity --valdiate: its help does not know --valdiate',
      'a.md:6: pnpm capacitiy: "firedrill" has no script "capacitiy"',
      'a.md:7: pnpm --filter payment-procesing start: there is no package "payment-procesing"',
      'a.md:8: yarn start: there is no program "yarn" that a reader has',
    ],
  });
});
