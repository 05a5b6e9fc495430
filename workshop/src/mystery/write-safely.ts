import process from 'node:process';
import { escaped } from '@firedrill/core/command-line';

/** Writes lines of our own. */
export const write = (lines: readonly string[]): void => {
  for (const line of lines) process.stdout.write(`${line}\n`);
};

/** Lines with texts of others, since a sealed file comes from somewhere: our own colours pass alone. */
export const writeSafely = (lines: readonly string[]): void =>
  write(
    lines.map((line) =>
      line
        // oxlint-disable-next-line no-control-regex -- what styleText writes
        .split(/(\u001B\[\d{1,2}m)/)
        .map((part, index) => (index % 2 === 0 ? escaped(part) : part))
        .join(''),
    ),
  );
