import type { Readable } from 'node:stream';
import { type ReportKind, reportKinds, reportText, resolveReportPath } from '../cli/index.ts';
import { choose, escaped, programCommand, UsageError } from '../command-line/index.ts';
import type { RunRecord } from '../scenario/record.ts';
import { readRun } from './read-run.ts';

/** The command line of `firedrill view`; see its help. */
export interface ViewFlags {
  readonly to?: ReportKind;
  readonly out?: string;
  readonly chart?: string;
  readonly table?: string;
  readonly list: boolean;
  readonly unfinished: boolean;
}

/** What a run was made into, and where it is to go: standard output, if nowhere else. */
export interface MadeView {
  readonly text: string;
  readonly path?: string;
}

/**
 * Makes a saved run, or a part of it, into a document.
 *
 * @param words the run: a file, or `-` for standard input
 * @throws UsageError for flags that do not go together, what the run does not have, a place that cannot
 *   be written, and a file that holds no whole run
 */
export async function makeView(
  words: readonly string[],
  flags: ViewFlags,
  stdin: Readable,
): Promise<MadeView> {
  const file = onlyFile(words);
  refuseConflicts(flags);
  const out =
    flags.out === undefined ? undefined : resolveReportPath(flags.out, reportKinds, 'out');
  const kind = flags.list ? undefined : kindOf(flags, out?.kind);
  const records = await readRun(file, stdin, flags.unfinished);
  const text = kind === undefined ? await listOf(records) : await textOf(kind, flags, records);
  return { text, ...(out !== undefined && { path: out.path }) };
}

function onlyFile([file, second]: readonly string[]): string {
  if (file === undefined) {
    throw new UsageError({
      given: 'the command line',
      cause: 'it names no run',
      remedy: `Write it as ${programCommand('view')} run.ndjson --to=md.`,
    });
  }
  if (second === undefined) return file;
  throw new UsageError({
    given: `"${second}"`,
    cause: 'it belongs to no option, and one run is read at a time',
    remedy: 'Leave it out.',
  });
}

function refuseConflicts({ to, out, chart, table, list }: ViewFlags): void {
  if (chart !== undefined && table !== undefined) {
    throw new UsageError({
      given: `--table=${table}`,
      cause: '--chart asks for something else',
      remedy: 'Leave out one of the two.',
    });
  }
  if (!list) return;
  const others = Object.entries({ to, out, chart, table });
  for (const [name, value] of others) {
    if (value === undefined) continue;
    throw new UsageError({
      given: `--${name}=${value}`,
      cause: '--list shows what there is, and makes nothing',
      remedy: 'Leave out one of the two.',
    });
  }
}

function kindOf({ to, out }: ViewFlags, ending: ReportKind | undefined): ReportKind {
  const kind = to ?? ending;
  if (kind === undefined) {
    throw new UsageError({
      given: 'the command line',
      cause: 'it does not say what the run is to become',
      remedy: `Add --to=${reportKinds.join(', --to=')}, or --list.`,
    });
  }
  if (ending === undefined || ending === kind) return kind;
  throw new UsageError({
    given: `--to=${kind}`,
    cause: `--out=${out} ends otherwise`,
    remedy: `Leave --to out, or end the file with .${kind}.`,
  });
}

async function textOf(
  kind: ReportKind,
  { chart, table }: ViewFlags,
  records: readonly RunRecord[],
): Promise<string> {
  if (chart === undefined && table === undefined) return reportText(kind, records);
  const { chartKinds, chartText, tableKinds, tableText } =
    await import('../report/part/part-text.ts');
  const { state, started, charts, tables } = await partsOf(records);
  if (chart !== undefined) {
    const found = pick('chart', chart, charts, ({ id }) => id);
    return chartText(kindFor('chart', kind, chartKinds), found, state, started, records);
  }
  const found = pick('table', table ?? '', tables, ({ name }) => name);
  return tableText(kindFor('table', kind, tableKinds), found);
}

/** What of a run can stand alone. */
async function partsOf(records: readonly RunRecord[]) {
  const { emptyRun, reduce } = await import('../report/run-state.ts');
  const { runTables } = await import('../report/part/run-table.ts');
  const state = emptyRun();
  for (const record of records) reduce(state, record);
  const { started } = state;
  if (started === undefined) throw new Error('A run that was read has no run.started.');
  const charts = started.charts.filter(({ id }) => started.series.some((one) => one.chart === id));
  return { state, started, charts, tables: runTables(state) };
}

async function listOf(records: readonly RunRecord[]): Promise<string> {
  const { started, charts, tables } = await partsOf(records);
  const rows = [
    ...charts.map(({ id, title }) => ({ flag: `--chart=${id}`, title })),
    ...tables.map(({ name, title }) => ({ flag: `--table=${name}`, title })),
  ];
  const width = Math.max(0, ...rows.map(({ flag }) => flag.length));
  const lines = rows.map(({ flag, title }) => `  ${flag.padEnd(width)}  ${escaped(title)}`);
  const head = `${started.example} --scenario=${started.scenario} --seed=${started.seed}: ${started.title}`;
  return `${escaped(head)}\n${lines.join('\n')}\n`;
}

function pick<Part>(
  what: string,
  name: string,
  parts: readonly Part[],
  nameOf: (part: Part) => string,
): Part {
  const found = parts.find((part) => nameOf(part) === name);
  if (found !== undefined) return found;
  throw new UsageError({
    given: `--${what}=${name}`,
    cause: `the run has no such ${what}`,
    remedy: parts.length === 0 ? 'It has none.' : choose(name, parts.map(nameOf)),
  });
}

function kindFor<Kind extends ReportKind>(
  what: string,
  kind: ReportKind,
  kinds: readonly Kind[],
): Kind {
  const found = kinds.find((one) => one === kind);
  if (found !== undefined) return found;
  throw new UsageError({
    given: `--to=${kind}`,
    cause: `one ${what} cannot be made into that`,
    remedy: `Use one of ${kinds.join(', ')}, or the whole run.`,
  });
}
