import { formatValue, type RunRecord } from '@firedrill/core/scenario';
import { figures } from '../figures.ts';

/** Figures that are printed of each phase, in their order. */
const shown = [
  'requests',
  'answeredRatio',
  'crashes',
  'accesses',
  'entries',
  'missing',
  'answerP50',
  'answerP99',
];

/**
 * Prints a run in plain lines. What a phase still says when it is over, of timers that a real clock
 * leaves running, is not printed.
 */
export function printer(say: (line: string) => void): (record: RunRecord) => void {
  let current: string | undefined;
  return (record) => {
    if (record.type === 'phase.started') {
      current = record.phase;
      say(`\n${record.title}`);
      return;
    }
    if (!('phase' in record) || record.phase !== current) return;
    if (record.type === 'story' || record.type === 'signal') say(`  ${record.text}`);
    if (record.type === 'check') {
      const { ok, title, observed, firstViolation } = record;
      say(`  ${ok ? 'ok    ' : 'BROKEN'} ${title}: ${observed}`);
      if (firstViolation !== undefined) say(`         first: ${firstViolation.text}`);
    }
    if (record.type === 'thrown') {
      for (const { name, message, count } of record.errors) {
        say(`  thrown ${count} times: ${name}: ${message}`);
      }
    }
    if (record.type === 'phase.finished') {
      for (const name of shown) {
        const figure = figures[name];
        const value = record.summary[name];
        if (figure === undefined || value === undefined) continue;
        say(`  ${figure.label}: ${formatValue(value, figure.unit)}`);
      }
    }
    if (record.type === 'verdict') say(`  ${record.text}`);
  };
}
