import { exitCodes, newCommand, runTool } from '@firedrill/core/command-line';
import { commandsOf } from './docs/commands.ts';
import { readDocuments } from './docs/documents.ts';
import { runCommands } from './docs/run-commands.ts';
import { findRecordFolder } from './record-folder.ts';

const command = newCommand(
  'pnpm docs:commands',
  'Runs every command of the documents once, in a folder of its own outside the repository, and compares ' +
    'the exit code with what the document says: 0, or the one of a comment "exits with 1". Those that serve ' +
    'are begun, those that take minutes do less, those that ask get an answer; which, and which are left ' +
    'out, stands with the reason in tools/src/docs/command-plan.ts. ' +
    'Exits 1 when one does otherwise.',
)
  .option(
    '--records <folder>',
    'take the runs of the examples from `pnpm scenarios --records` as run',
  )
  .option('--only <text>', 'only commands of this document, or of those whose path has this text');

interface Flags {
  readonly records?: string;
  readonly only?: string;
}

const defaults: Flags = {};

for (const [signal, code] of [
  ['SIGINT', exitCodes.interrupted],
  ['SIGTERM', exitCodes.terminated],
] as const) {
  process.once(signal, () => process.exit(code));
}
await runTool(command, { defaults }, async ({ records, only = '' }) => {
  const folder = records === undefined ? undefined : findRecordFolder(records);
  const documents = readDocuments();
  // Or README.md would be all that are called so.
  const isOne = documents.has(only);
  const texts = [...documents].filter(([path]) => (isOne ? path === only : path.includes(only)));
  const commands = commandsOf(new Map(texts));
  const { counts, faults } = await runCommands(commands, folder, (fate, { command: text }, ms) => {
    const seconds = `${(ms / 1_000).toFixed(1)} s`.padStart(7);
    console.log(`${fate.padEnd(8)} ${seconds}  ${text}`);
  });
  const shown = only === '' ? faults : faults.filter((fault) => !fault.startsWith('tools/'));
  for (const fault of shown) console.log(fault);
  console.log(
    `Commands: ${counts.run} run to their end, ${counts.answered} with an answer at hand, ` +
      `${counts.shortened} with less work, ${counts.begun} begun, ${counts.known} run by the scenarios, ` +
      `${counts['left out']} left out.`,
  );
  return shown.length === 0 ? exitCodes.asExpected : exitCodes.checkFailed;
});
