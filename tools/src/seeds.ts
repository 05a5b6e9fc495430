import { parseArgs, styleText } from 'node:util';
import { runCommand } from './run-command.ts';
import { exampleNames } from './workspace.ts';

/**
 * Runs one scenario with many seeds, and prints the line that replays each that failed:
 *
 *     pnpm seeds payment-processing --scenario=recovery --count=100 --from=1
 */
const { values, positionals } = parseArgs({
  args: process.argv.slice(2).filter((arg) => arg !== '--'),
  allowPositionals: true,
  options: {
    scenario: { type: 'string', default: 'recovery' },
    count: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
  },
});
const examples = positionals.length > 0 ? positionals : exampleNames();
const first = wholeNumber('from', values.from);
const count = wholeNumber('count', values.count);
for (const example of examples) {
  if (!exampleNames().includes(example)) {
    refuse(`There is no example "${example}". Use one of ${exampleNames().join(', ')}.`);
  }
}

let failures = 0;
for (const example of examples) {
  let failedSeeds = 0;
  for (let seed = first; seed < first + count; seed += 1) {
    const flags = [`--scenario=${values.scenario}`, `--seed=${seed}`];
    const main = `examples/${example}/src/main.ts`;
    const { code, stdout, stderr } = await runCommand('node', [main, ...flags, '--json']);
    if (code === 0) continue;
    failedSeeds += 1;
    console.log(styleText('red', `seed ${seed}: exit ${code}`));
    for (const line of stdout.split('\n')) {
      if (line.startsWith('{"type":"check"') && line.includes('"ok":false'))
        console.log(`  ${line}`);
    }
    if (code > 1) console.log(stderr);
    console.log(`  pnpm --filter ${example} start -- ${flags.join(' ')}`);
  }
  failures += failedSeeds;
  console.log(
    `${example} ${values.scenario}: ${count - failedSeeds} of ${count} seeds end as expected.`,
  );
}
process.exitCode = failures === 0 ? 0 : 1;

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  return refuse(`--${option} is "${text}". Use a whole number of 0 or more.`);
}

function refuse(message: string): never {
  console.error(message);
  process.exit(2);
}
