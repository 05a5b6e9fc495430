import { existsSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { callerPath, exitCodes, refuseWithout, UsageError } from '@firedrill/core/command-line';
import {
  faultTargets,
  findImplementation,
  parseLoad,
  type AnyExample,
  type AnyImplementation,
} from '@firedrill/core/scenario';
import { type Fault, FaultSyntaxError, parseFault } from '@firedrill/core/services';
import {
  causesOf,
  collectEvidence,
  type MysteryDraft,
  openMystery,
  proveMystery,
  type ProvenMystery,
  truthOf,
} from '@firedrill/core/workshop';
import { incidentNames, loadIncident } from '../incidents.ts';
import { wrapped } from '../wrapped.ts';
import { Game } from './game.ts';
import { writeSafely } from './write-safely.ts';
import { checkKey, readKey } from './read-key.ts';
import { readSealed, seal, unseal, wrongKey } from './sealed-file.ts';
import { nearLines, truthLines } from './verdict-lines.ts';

export interface SealFlags {
  readonly out?: string;
  readonly keyFile?: string;
  readonly fault?: readonly string[];
  readonly beside?: readonly string[];
  readonly implementation?: string;
  readonly load?: string;
  readonly seed?: number;
}

const write = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Makes a sealed file from a number, or from fault lines on an incident. */
export async function sealCommand(words: readonly string[], flags: SealFlags): Promise<number> {
  const [what = ''] = words;
  const { out, keyFile } = flags;
  if (out === undefined) {
    throw new UsageError({
      given: '"seal"',
      cause: 'it needs a file to write',
      remedy: 'Add --out=monday.sealed.',
    });
  }
  if (existsSync(callerPath(out))) {
    throw new UsageError({
      given: `--out=${out}`,
      cause: 'there is a file of that name',
      remedy: 'Use another name, or remove it first.',
    });
  }
  const isNumber = /^\d{1,15}$/.test(what);
  if (isNumber) refuseWithout('an incident in place of a number', fromFaults(flags));
  let draft: MysteryDraft | undefined;
  try {
    draft = isNumber ? undefined : await readDraft(what, flags);
  } catch (error) {
    // What is wrong with a fault, a load or a name was typed, and says so itself.
    if (!(error instanceof FaultSyntaxError || error instanceof RangeError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return exitCodes.usage;
  }
  const key = checkKey(await readKey(keyFile, 'Key (is not shown): '));
  let mystery: ProvenMystery;
  if (draft === undefined) {
    const incidents = await Promise.all(incidentNames.map((name) => loadIncident(name)));
    const examples = incidents.map(({ example }) => example);
    ({ mystery } = await openMystery(Number(what), examples));
  } else {
    const proof = await proveMystery(draft);
    if (!proof.isProven) {
      write(`Nothing was sealed, since the cause cannot be proven: ${proof.reason}.`);
      return exitCodes.checkFailed;
    }
    ({ mystery } = proof);
  }
  const evidence = await collectEvidence(mystery);
  writeFileSync(callerPath(out), await seal(truthOf(mystery), evidence, key), { flag: 'wx' });
  const signs = evidence.signs.map(({ name }) => name).join(', ');
  for (const line of wrapped(`Proven, and sealed in ${out}. Signs: ${signs}.`)) write(line);
  write(`Play it: pnpm workshop --mystery=${out}`);
  write(`Open it: pnpm workshop open ${out}`);
  return exitCodes.asExpected;
}

/** What says something of a storm that somebody makes, and nothing of a number. */
const fromFaults = ({ fault, beside, implementation, load, seed }: SealFlags) => ({
  fault,
  beside,
  implementation,
  load,
  seed,
});

async function readDraft(name: string, flags: SealFlags): Promise<MysteryDraft> {
  if (!incidentNames.includes(name)) {
    throw new UsageError({
      given: `"${name}"`,
      cause: 'it is neither a number nor an incident',
      remedy: `Use a number, or one of ${incidentNames.join(', ')} with --fault.`,
    });
  }
  const { example } = await loadIncident(name);
  const { fault = [], beside = [], implementation, load = 'spike,factor=0.5,for=6m' } = flags;
  if (fault.length === 0) {
    throw new UsageError({
      given: `"${name}"`,
      cause: 'a cause is missing',
      remedy: 'Add --fault=<service>:<kind>@+2m-+4m; --beside=... adds what is beside the point.',
    });
  }
  const settings = example.swarm?.small ?? {};
  const targets = await faultTargets(example, example.settings.parse(settings));
  const spec = parseLoad(load);
  const { durationMs } = spec;
  const times = { startsAtMs: Date.parse(example.startsAt), durationMs, targets };
  const read = (lines: readonly string[], id: string): readonly Fault[] =>
    lines.map((line, index) => ({ ...parseFault(line, times), id: `${id}-${index + 1}` }));
  const causes = read(fault, 'cause');
  const others = read(beside, 'beside');
  const ids = causes.map(({ id = '' }) => id);
  return {
    example,
    implementation: implementationOf(example, implementation),
    seed: flags.seed ?? 1,
    load: spec,
    settings,
    faults: [...causes, ...others],
    causes: causesOf(ids, causes.map(({ service }) => service).join(' and ')),
  };
}

/** The one of that name; by default the one that the incident happens to. */
function implementationOf(example: AnyExample, name: string | undefined): AnyImplementation {
  const { failure } = example.scenarios;
  const broken = failure.kind === 'storm' ? failure.cast[0]?.implementation : undefined;
  return findImplementation(example, name ?? broken ?? '');
}

/** Opens a sealed file with its key, and grades an answer where one is given. */
export async function openCommand(
  words: readonly string[],
  { keyFile, answer }: { readonly keyFile?: string; readonly answer?: string },
): Promise<number> {
  const [path = ''] = words;
  const file = readSealed(path, `"${path}"`);
  const { startsAt } = file.evidence;
  const game = new Game(file.evidence, () => Promise.resolve([]));
  if (answer !== undefined) {
    const { lines } = await game.ask(`cause ${answer}`);
    if (game.answer === undefined) {
      throw new UsageError({
        given: `--answer=${answer}`,
        cause: lines.join(' ').trim().replace(/\.$/, ''),
        remedy: 'Write it as it was noted: <kind> <place> <from>-<to>.',
      });
    }
  }
  const truth = await unseal(file, await readKey(keyFile, 'Key (is not shown): '));
  if (truth === undefined) {
    process.stderr.write(`${wrongKey}\n`);
    return exitCodes.checkFailed;
  }
  const { answer: given } = game;
  const near = given && nearLines(truth, startsAt, given);
  writeSafely([...(near === undefined ? [] : [...near, '']), ...truthLines(truth, startsAt)]);
  return exitCodes.asExpected;
}
