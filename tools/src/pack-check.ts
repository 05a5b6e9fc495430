import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { exitCodes, newCommand, runTool, valueOption } from '@firedrill/core/command-line';
import { type Check, checks } from './pack/checks.ts';
import { packAll } from './pack/tarballs.ts';

const command = newCommand(
  'pnpm pack:check',
  'Packs what is published, installs it into fresh projects outside the repository, and runs a small ' +
    'program of each room there. Needs the registry. Exits 1 when something is wrong.',
)
  .option('--sample', 'what three minutes hold: Node 20 and 24, one compiler, no browser')
  .addOption(valueOption('--only <words>', 'only the checks whose name has these words'))
  .option('--keep', 'leave the projects where they are, to look at them');

const defaults = { sample: false, keep: false, only: '' };

await runTool(command, { defaults }, async ({ sample, keep, only }) => {
  const folder = mkdtempSync(join(tmpdir(), 'firedrill-pack-'));
  try {
    const tarballs = await packAll(folder);
    let failures = 0;
    for (const [name, check] of Object.entries(checks)) {
      if (!name.includes(only)) continue;
      if (!(await passes(name, () => check({ folder, tarballs, isSample: sample })))) failures += 1;
    }
    return failures === 0 ? exitCodes.asExpected : exitCodes.checkFailed;
  } finally {
    if (keep) console.log(`The projects are in ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  }
});

async function passes(name: string, check: () => ReturnType<Check>): Promise<boolean> {
  const startedMs = performance.now();
  const seconds = (): string =>
    `${((performance.now() - startedMs) / 1_000).toFixed(0)} s`.padStart(6);
  try {
    const found = await check();
    console.log(`${styleText('green', 'ok  ')} ${seconds()}  ${name}\n              ${found}`);
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    console.log(`${styleText('red', 'FAIL')} ${seconds()}  ${name}\n${message}`);
    return false;
  }
}
