import { writeFileSync } from 'node:fs';
import { runScenario } from '@firedrill/core/scenario';
import { example } from '../example.ts';
import type { ClinicSystem } from '../system.ts';
import type { World } from '../world.ts';
import { CommandError, onlyFile, readFlags, reasonOf, runCommand, userPath } from '../command.ts';

const usage = 'pnpm --filter audit-compliance export -- log.ndjson';

const help = `Runs the hardened platform through its Monday morning and exports the sealed log.

  ${usage} [options]

  --seed=N        another morning (default 1)
  --roots=FILE    also writes the roots that the witness noted meanwhile
  --help          prints this

The log can then be changed with any editor, and verified:

  pnpm --filter audit-compliance verify -- log.ndjson
`;

const options = {
  seed: { type: 'string', default: '1' },
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
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new CommandError(`Failed to use --seed=${values.seed}: use a whole number of 0 or more.`);
  }
  process.stderr.write(`The morning of seed ${seed} is under way.\n`);
  const { system, world } = await runMorning(seed);
  const log = system.logFile?.();
  if (log === undefined) throw new Error('Failed to export: the platform left no log.');
  write(name, log.bytes);
  if (values.roots !== undefined) {
    const lines = world.services.published.map((root) => `${JSON.stringify(root)}\n`);
    write(values.roots, Buffer.from(lines.join('')));
  }
  process.stdout.write(
    `${name}: ${log.bytes.length} bytes, signed by\n  ${log.publicKey}\n` +
      `Verify it with\n  pnpm --filter audit-compliance verify -- ${name} --key=${log.publicKey}\n`,
  );
  return 0;
}

/** One phase: the storm on the hardened platform alone, of which its world and itself are kept. */
async function runMorning(seed: number): Promise<{ system: ClinicSystem; world: World }> {
  const kept: { system?: ClinicSystem; world?: World } = {};
  const watched = {
    ...example,
    implementations: example.implementations.map((implementation) => ({
      ...implementation,
      create(...[context, world]: Parameters<typeof implementation.create>) {
        kept.world = world;
        kept.system = implementation.create(context, world);
        return kept.system;
      },
    })),
  };
  await runScenario(
    watched,
    {
      scenario: 'failure',
      implementation: 'hardened',
      seed,
      settings: example.settings.parse({}),
      replay: '',
      next: '',
    },
    () => {},
  );
  const { system, world } = kept;
  if (system === undefined || world === undefined) throw new Error('The platform was not started.');
  return { system, world };
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
