import process from 'node:process';
import { embeddedPart } from './embedded-part.ts';
import { parseOptions, type CrashTestOptions, UsageError, usage } from './options.ts';
import { type CrashTestPart, PartUnavailableError } from './part.ts';
import { postgresPart } from './postgres-part.ts';

const EXIT = { addsUp: 0, doesNot: 1, unavailable: 2, interrupted: 130 } as const;

process.exitCode = await main();

async function main(): Promise<number> {
  let options: CrashTestOptions;
  try {
    options = parseOptions(process.argv.slice(2), process.env);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${usage}`);
    return EXIT.unavailable;
  }
  if (options.help) {
    process.stdout.write(usage);
    return EXIT.addsUp;
  }
  return run(options);
}

async function run({ seed, seconds, only, databaseUrl }: CrashTestOptions): Promise<number> {
  const controller = new AbortController();
  const onSignal = (): void => controller.abort(new Error('interrupted'));
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const parts: readonly (readonly [string, CrashTestPart])[] = [
    ['postgres', postgresPart(databaseUrl)],
    ['embedded', embeddedPart],
  ];
  if (only !== undefined && !parts.some(([name]) => name === only)) {
    process.stderr.write(`Failed to run --only=${only}: this part is not written yet.\n`);
    return EXIT.unavailable;
  }
  process.stdout.write(`crash test, seed ${seed}\n`);
  let code: number = EXIT.addsUp;
  for (const [name, part] of parts) {
    if (only !== undefined && only !== name) continue;
    const { signal } = controller;
    try {
      const { lines, failures } = await part({
        seed,
        seconds,
        signal,
        progress: progressFor(name),
      });
      clearProgress();
      process.stdout.write(`${[name, ...lines.map((line) => `  ${line}`)].join('\n')}\n`);
      for (const failure of failures) process.stdout.write(`  DOES NOT ADD UP: ${failure}\n`);
      if (failures.length > 0) code = EXIT.doesNot;
    } catch (error) {
      clearProgress();
      if (signal.aborted) {
        process.stderr.write('Interrupted: children and database are removed.\n');
        return EXIT.interrupted;
      }
      if (!(error instanceof PartUnavailableError)) throw error;
      process.stderr.write(`${error.message}\n`);
      return EXIT.unavailable;
    }
  }
  process.stdout.write(code === EXIT.addsUp ? 'everything adds up\n' : 'it does not add up\n');
  return code;
}

/** On a terminal one line that changes, in a pipe a line for each word. */
function progressFor(name: string): (line: string) => void {
  return (line) => {
    process.stderr.write(
      process.stderr.isTTY ? `\r\u001B[K${name}: ${line}` : `${name}: ${line}\n`,
    );
  };
}

function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001B[K');
}
