import { expect, test } from 'vitest';
import { commandsOf } from './commands.ts';
import { exceptionOf, idleExceptions, runCommands } from './run-commands.ts';
import { readDocuments } from './documents.ts';

const commandsIn = (code: string) =>
  commandsOf(new Map([['a.md', `# A\n\n\`\`\`sh\n${code}\n\`\`\`\n`]]));

test('a command that ends otherwise than its document says is named with file and line', async () => {
  const commands = commandsIn('true\nexit 3     # as it should: exits with 3\nexit 4\ntrue');
  const { counts, faults } = await runCommands(commands, undefined, () => {});
  expect(counts.run).toBe(3);
  expect(faults.filter((fault) => fault.startsWith('a.md'))).toEqual([
    expect.stringContaining('a.md:6: exit 4: it exits with 4, and the document says 0'),
  ]);
});

test('the commands of a document share a folder, and come in their order', async () => {
  const commands = commandsIn('echo one > file.txt\ngrep one file.txt');
  const { faults } = await runCommands(commands, undefined, () => {});
  expect(faults.filter((fault) => fault.startsWith('a.md'))).toEqual([]);
});

test.each([
  ['npx -y pnpm@12 swarm', 'npx -y pnpm@12 swarm caching --seeds=1 --no-keep'],
  ['pnpm swarm orders --seeds=200', 'pnpm swarm orders --seeds=1 --no-keep'],
  [
    'pnpm swarm --fault-kinds=crash --no-keep',
    'pnpm swarm caching --fault-kinds=crash --no-keep --seeds=1',
  ],
  [
    'npx -y pnpm@12 workshop open monday.sealed',
    "echo 'on Mondays the queue is long' > key && npx -y pnpm@12 workshop open monday.sealed --key-file=key",
  ],
])('%s is run otherwise', (command, run) => {
  expect(exceptionOf(command)?.to?.(command)).toBe(run);
});

test('no reason is left that no document needs', () => {
  expect(idleExceptions(commandsOf(readDocuments()))).toEqual([]);
});
