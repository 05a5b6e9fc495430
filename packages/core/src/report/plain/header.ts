import type { PhaseStarted, RunStarted } from '../../scenario/record.ts';
import { formatClock, formatDate, formatDuration, plural } from '../../scenario/format.ts';
import { hang, padTo, type Paint, printable } from './text.ts';

/** What runs, under which seed and options, in which virtual window. */
export function headerLines(started: RunStarted, width: number, paint: Paint): string[] {
  const { startsAt, durationMs } = started;
  const field = (name: string, text: string) =>
    hang(`  ${paint('dim', padTo(name, 10))}`, text, width);
  const window = `${formatDate(startsAt)} ${formatClock(startsAt, 0)} to ${formatClock(startsAt, durationMs)} UTC`;
  const options = Object.entries(started.options).map(([name, value]) => `${name}=${value}`);
  return [
    ...hang('', `Firedrill: ${started.title}`, width).map((line) => paint('bold', line)),
    ...hang('  ', started.scenarioTitle, width),
    '',
    ...field('example', `${started.example}, scenario ${started.scenario}`),
    ...field('seed', `${started.seed}`),
    ...field('window', `${window} (${formatDuration(durationMs)} of virtual time a phase)`),
    ...(options.length === 0 ? [] : field('options', options.join(', '))),
    ...field(
      plural(started.phases.length, 'phase').replace(/^1 /, ''),
      started.phases.map(({ title }) => title).join(', then '),
    ),
  ];
}

/** The title line of a phase, and its flaw. */
export function phaseLines(record: PhaseStarted, width: number, paint: Paint): string[] {
  const title = `── Phase ${record.index + 1} of ${record.of}: ${printable(record.title)} `;
  return [
    paint('bold', title + '─'.repeat(Math.max(0, width - title.length))),
    ...hang('   ', record.flaw, width),
  ];
}
