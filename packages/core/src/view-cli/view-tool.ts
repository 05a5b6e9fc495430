import process from 'node:process';
import { reportKinds, ReportUnwrittenError, saveReport } from '../cli/index.ts';
import {
  type ExitCode,
  exitCodes,
  newCommand,
  oneOf,
  programCommand,
  runTool,
  valueOption,
} from '../command-line/index.ts';
import { makeView, type ViewFlags } from './make-view.ts';

const defaults: ViewFlags = { list: false, unfinished: false };

const newViewCommand = () =>
  newCommand(
    programCommand('view'),
    'Makes a saved run (--json > run.ndjson, or --report=run.ndjson) into what a document takes: the ' +
      'whole of it, one chart or one table. Reads standard input where the file is -.',
  )
    .usage('<run.ndjson> [options]')
    .addOption(
      valueOption(
        '--to <kind>',
        'html, svg, md, csv or ndjson; without it, as the ending of --out says',
        oneOf(reportKinds),
      ),
    )
    .addOption(valueOption('--chart <id>', 'one chart: a picture, its samples, or its figures'))
    .addOption(
      valueOption('--table <name>', 'one table: measured, checks, or one that the run has made'),
    )
    .addOption(valueOption('--out <file>', 'write it there; without it, to standard output'))
    .option('--list', 'list the charts and the tables of the run')
    .option('--unfinished', 'take a run that was stopped, or a file that is cut off');

/** The whole of `firedrill view`. Sets the exit code. */
export async function viewTool(): Promise<void> {
  await runTool(newViewCommand(), { defaults, takesWords: true }, async (flags, words) => {
    const { text, path } = await makeView(words, flags, process.stdin);
    if (path !== undefined) return save(path, text);
    process.stdout.write(text);
    return exitCodes.asExpected;
  });
}

async function save(path: string, text: string): Promise<ExitCode> {
  try {
    await saveReport(path, text);
  } catch (error) {
    if (!(error instanceof ReportUnwrittenError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return exitCodes.unwritten;
  }
  return exitCodes.asExpected;
}
