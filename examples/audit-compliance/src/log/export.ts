import { writeFileSync } from 'node:fs';
import { runScenario } from '@firedrill/core/scenario';
import { example } from '../example.ts';
import type { Truth } from '../truth.ts';
import {
  CommandError,
  onlyFile,
  readFlags,
  reasonOf,
  runCommand,
  userPath,
  wholeNumber,
} from './command.ts';

const usage = 'pnpm --filter audit-compliance export -- log.ndjson';

const help = `Runs the hardened platform through its Monday morning and exports the sealed log.

  ${usage} [options]

  --seed=N        another morning (default 1)
  --requests=N    a calmer one, or a busier one: requests of an ordinary day (default 100000)
  --roots=FILE    also writes the roots that the witness noted meanwhile
  --help          prints this

The log can then be changed with any editor, and verified:

  pnpm --filter audit-compliance verify -- log.ndjson
`;

const options = {
  seed: { type: 'string', default: '1' },
  requests: { type: 'string', default: '100000' },
  roots: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

async function exportFile(argv: readonly string[]): Promise<number> {
  const { values, positionals } = readFlags(argv, options);
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const name = onlyFile(positionals, usage);
  const seed = wholeNumber(values.seed);
  if (seed === undefined) {
    throw new CommandError(`Failed to use --seed=${values.seed}: use a whole number of 0 or more.`);
  }
  const requestsPerDay = wholeNumber(values.requests);
  if (requestsPerDay === undefined || requestsPerDay === 0) {
    throw new CommandError(
      `Failed to use --requests=${values.requests}: use a whole number of 1 or more.`,
    );
  }
  process.stderr.write(`The morning of seed ${seed} is under way.\n`);
  const truth = await runMorning(seed, requestsPerDay);
  const log = truth.log();
  if (log === undefined) throw new Error('Failed to export: the platform left no log.');
  write(name, log.bytes);
  if (values.roots !== undefined) {
    const lines = truth.published.map((root) => `${JSON.stringify(root)}\n`);
    write(values.roots, Buffer.from(lines.join('')));
  }
  process.stdout.write(
    `${name}: ${log.bytes.length} bytes, signed by\n  ${log.publicKey}\n` +
      `Verify it with\n  pnpm --filter audit-compliance verify -- ${name} --key=${log.publicKey}\n`,
  );
  return 0;
}

/** One phase: the storm on the hardened platform alone, of which the truth is kept. */
async function runMorning(seed: number, requestsPerDay: number): Promise<Truth> {
  let kept: Truth | undefined;
  const watched = {
    ...example,
    createServices(context: Parameters<typeof example.createServices>[0]) {
      const world = example.createServices(context);
      kept = world.truth;
      return world;
    },
  };
  await runScenario(
    watched,
    {
      scenario: 'failure',
      implementations: ['hardened'],
      proof: 'none',
      seed,
      settings: example.settings.parse({ requestsPerDay }),
      replay: '',
      next: '',
    },
    () => {},
  );
  if (kept === undefined) throw new Error('The platform was not started.');
  return kept;
}

function write(name: string, bytes: Buffer): void {
  try {
    writeFileSync(userPath(name), bytes);
  } catch (error) {
    throw new CommandError(
      `Failed to write ${name}: ${reasonOf(error)}. Name a file in a folder that is there.`,
    );
  }
}

await runCommand(exportFile);
