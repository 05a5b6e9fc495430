import type { RunRecord, RunStarted } from '../../scenario/record.ts';
import {
  formatClock,
  formatDate,
  formatDuration,
  formatValue,
  plural,
} from '../../scenario/format.ts';
import { RunIncompleteError } from '../errors.ts';
import { type RunTable, runTables } from '../part/run-table.ts';
import { changedRows, changeWord, proofText, proofWord, trialWord } from '../plain/proof.ts';
import { declaredText, outcomeWord, reasonText } from '../plain/verdict.ts';
import { linkWords, shownErrors, thrownText } from '../plain/why.ts';
import { emptyRun, type PhaseState, reduce, type RunState } from '../run-state.ts';
import { escapedMarkdown as text, markdownTable } from './markdown-table.ts';

/** A command that can be copied, whatever is in it. */
const code = (command: string): string => `\`\`\`\`sh\n${command}\n\`\`\`\``;

/**
 * A run as Markdown: how it ended and why, what was measured, every check, and how to run it again.
 *
 * @param records one run, complete or interrupted
 * @throws RunIncompleteError when there is no `run.started`
 */
export function markdownReport(records: Iterable<RunRecord>): string {
  const state = emptyRun();
  for (const record of records) reduce(state, record);
  const { started, finished } = state;
  if (started === undefined) throw new RunIncompleteError();
  const blocks = [
    ...headerBlocks(state, started),
    ...state.phases.flatMap((phase) => phaseBlocks(phase, started)),
    ...state.phases.flatMap(proofBlocks),
    ...state.phases.flatMap(changeBlocks),
    ...runTables(state).flatMap(tableBlocks),
    ...(finished === undefined
      ? []
      : ['## Again, and next', code(finished.replay), code(finished.next)]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function headerBlocks({ finished }: RunState, started: RunStarted): string[] {
  const { startsAt, durationMs } = started;
  const window = `${formatDate(startsAt)} ${formatClock(startsAt, 0)} to ${formatClock(startsAt, durationMs)} UTC`;
  const facts = [
    `- run: ${text(started.example)}, scenario ${started.scenario}, seed ${started.seed}`,
    `- virtual window: ${window}`,
    ...(finished === undefined
      ? []
      : [
          `- virtual time: ${formatDuration(finished.virtualMs)} in ${plural(finished.records, 'record')}`,
          `- hash: sha256 ${finished.hash}`,
        ]),
  ];
  return [
    `# ${text(started.title)}`,
    text(started.scenarioTitle),
    finished === undefined ? '**The run did not finish.**' : `**${text(reasonText(finished))}**`,
    facts.join('\n'),
  ];
}

function phaseBlocks(phase: PhaseState, { startsAt }: RunStarted): string[] {
  const { title, flaw, verdict, thrown, explanation } = phase;
  const { shown, left } = shownErrors(thrown);
  const errors = shown.map(
    (error) =>
      `- ${error.isDefect ? '**DEFECT**' : 'error'} ${text(`${error.name}: ${error.message}`)} (${text(thrownText(error, startsAt))})`,
  );
  const chain = explanation?.chain ?? [];
  const lessons = explanation?.lessons ?? [];
  return [
    `## ${text(title)}`,
    text(flaw),
    ...(verdict === undefined
      ? []
      : [`**${outcomeWord(verdict)}** ${text(verdict.text)} ${text(declaredText(verdict))}`]),
    ...(errors.length === 0 ? [] : ['### What it threw', errors.join('\n')]),
    ...(left === 0 ? [] : [`And ${plural(left, 'other kind')} of error.`]),
    ...(chain.length === 0
      ? []
      : [
          '### Why',
          chain.map((link) => `- ${linkWords[link.kind]}: ${text(link.text)}`).join('\n'),
        ]),
    ...(lessons.length === 0
      ? []
      : ['### What it teaches', lessons.map((each, at) => `${at + 1}. ${text(each)}`).join('\n')]),
  ];
}

function proofBlocks({ title, trials, proof }: PhaseState): string[] {
  if (trials.length === 0 && proof === undefined) return [];
  return [
    `## Proof of the cause: ${text(title)}`,
    ...(proof === undefined ? [] : [`**${proofWord(proof)}** ${text(proofText(proof))}`]),
    trials.map((trial) => `- ${trialWord(trial)}: ${text(trial.text)}`).join('\n'),
  ];
}

function changeBlocks({ title, comparison }: PhaseState): string[] {
  if (comparison === undefined) return [];
  const rows = changedRows(comparison).map((row) => [
    text(row.label),
    formatValue(row.before, row.unit),
    formatValue(row.after, row.unit),
    changeWord(row),
  ]);
  const headings = ['measured', 'default', 'here', ''];
  return [
    `## ${text(title)} beside ${text(comparison.against)}`,
    text(comparison.text),
    ...(rows.length === 0 ? [] : [markdownTable({ headings, rows, figuresFrom: 1 })]),
  ];
}

/** A table with its title above it, and what there is to know of it below. */
export function tableBlocks(table: RunTable): readonly string[] {
  const { title, headings, rows, figuresFrom, note } = table;
  return [
    `## ${text(title)}`,
    markdownTable({
      headings: headings.map(text),
      rows: rows.map((row) =>
        row.map((cell) => (cell.mark === undefined ? text(cell.text) : `**${text(cell.text)}**`)),
      ),
      figuresFrom,
    }),
    ...(note === undefined ? [] : [text(note)]),
  ];
}
