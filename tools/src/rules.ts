import { styleText } from 'node:util';
import {
  count,
  type ExitCode,
  exitCodes,
  newCommand,
  runTool,
  valueOption,
} from '@firedrill/core/command-line';
import { changedLines } from './rules/changed.ts';
import { changedRules, spread } from './rules/changed-rules.ts';
import { chosen, planProofs, type Proof, rulesToProve, type Subject } from './rules/plan.ts';
import { type Outcome, runTests } from './rules/run-tests.ts';
import { loadSubject, rulesFiles } from './rules/subject.ts';
import { exampleNames } from './workspace.ts';

const command = newCommand(
  'pnpm rules',
  'Sets each rule of each example to hold whatever happens, one at a time, and runs the test of a ' +
    'system that breaks it: that test has to fail, or nothing guards the rule. Exits 1 when it does not.',
)
  .usage('[example...] [options]')
  .addOption(valueOption('--rule <name>', 'this rule alone, in each example that has it'))
  .addOption(
    valueOption('--changed <ref>', 'only rules whose declaration differs from this commit'),
  )
  .addOption(
    valueOption(
      '--at-most <count>',
      'of more rules than this, as many, spread over all of them',
      count(1, 1_000, '10'),
    ),
  );

interface Flags {
  readonly rule?: string;
  readonly changed?: string;
  readonly atMost?: number;
}

await runTool<Flags>(command, { defaults: {}, takesWords: true }, async (flags, words) => {
  const asked = chosen(words, exampleNames());
  const changed = flags.changed === undefined ? undefined : changedLines(flags.changed);
  const subjects = await Promise.all(asked.map(loadSubject));
  const due = rulesToProve(subjects, flags.rule).flatMap(({ subject, rules }) =>
    (changed === undefined ? rules : changedRules(changed, rulesFiles(subject.name), rules)).map(
      (rule) => ({ subject, rule }),
    ),
  );
  const work = spread(due, flags.atMost ?? due.length);
  const missing: string[] = [];
  for (const subject of subjects) {
    const rules = work.filter((each) => each.subject === subject).map(({ rule }) => rule);
    if (rules.length > 0) missing.push(...(await prove(subject, rules)));
  }
  if (work.length < due.length)
    console.log(`${work.length} of ${due.length} rules were looked at.`);
  return conclude(work.length, missing);
});

function conclude(rules: number, missing: readonly string[]): ExitCode {
  if (rules === 0) console.log('No rule changed: there is none to look at.');
  else if (missing.length === 0) console.log(styleText('green', `All ${rules} rules: found.`));
  else {
    console.log(styleText('red', `${missing.length} of ${rules} rules: NOT FOUND.`));
    for (const name of missing) console.log(`  ${name}`);
  }
  return missing.length === 0 ? exitCodes.asExpected : exitCodes.checkFailed;
}

/** @returns the rules that may hold always without a test that fails. */
async function prove(subject: Subject, rules: readonly string[]): Promise<readonly string[]> {
  const example = subject.name;
  const proofs = planProofs(subject, rules);
  const breakers = proofs.flatMap(({ breaker }) => breaker ?? []);
  console.log(styleText('bold', `${example}: ${rules.length} rules`));
  const green = await greenAsTheyAre(example, proofs, breakers);
  const missing: string[] = [];
  for (const [index, proof] of proofs.entries()) {
    const startedUs = cpuUs();
    const outcome = await held(example, proof);
    const isFound =
      outcome?.result === 'failed' && outcome.isByComparison && green.has(outcome.title);
    if (!isFound) missing.push(`${example} ${proof.rule}`);
    const mark = isFound ? styleText('green', 'found    ') : styleText('red', 'NOT FOUND');
    const place = `${index + 1}/${proofs.length}`.padStart(5);
    const seconds = `${((cpuUs() - startedUs) / 1e6).toFixed(1)} s CPU`.padStart(10);
    console.log(`${mark} ${place} ${seconds}  ${proof.rule}: ${sayOf(proof, outcome, green)}`);
  }
  return missing;
}

/** Without a rule that is set to hold all has to be green: what is red anyway proves nothing. */
async function greenAsTheyAre(
  example: string,
  proofs: readonly Proof[],
  breakers: readonly string[],
): Promise<ReadonlySet<string>> {
  if (breakers.length === 0) return new Set();
  const files = proofs.flatMap(({ breaker, file }) => (breaker === undefined ? [] : [file]));
  console.log(
    `running ${new Set(breakers).size} systems without a rule set to hold, all have to pass…`,
  );
  const startedUs = cpuUs();
  const outcomes = await runTests({ example, files, breakers });
  const green = new Set(
    outcomes.filter(({ result }) => result === 'passed').map(({ title }) => title),
  );
  const failed = outcomes.filter(({ result }) => result === 'failed');
  for (const { title, message = '' } of failed) console.log(`red as it is: ${title}: ${message}`);
  const seconds = ((cpuUs() - startedUs) / 1e6).toFixed(1);
  console.log(`as they are: ${green.size} tests pass, ${failed.length} fail; ${seconds} s CPU`);
  return green;
}

async function held(example: string, { rule, breaker, file }: Proof): Promise<Outcome | undefined> {
  if (breaker === undefined) return undefined;
  const outcomes = await runTests({ example, files: [file], breakers: [breaker], held: rule });
  return outcomes.find(({ result }) => result === 'failed') ?? outcomes[0];
}

function sayOf(
  { breaker }: Proof,
  outcome: Outcome | undefined,
  green: ReadonlySet<string>,
): string {
  if (breaker === undefined) return 'nobody is declared to break it';
  if (outcome === undefined) return `no test runs ${breaker}`;
  const { title, result, isByComparison, message = '' } = outcome;
  if (!green.has(title)) return `"${title}" does not pass as it is`;
  if (result !== 'failed') return `"${title}" passes all the same`;
  return isByComparison ? `"${title}" fails` : `"${title}" fails for another reason: ${message}`;
}

/** Time that the processors spent on this process, threads included, in µs. */
function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
