import process from 'node:process';
import { main } from '@firedrill/core/cli';
import { catalog } from './catalog.ts';

const usage = `Usage: pnpm --filter flows start -- <name> [options]

Runs an event-driven flow through its storm, in virtual time, and judges it.

${listed()}
Options of a flow: pnpm --filter flows start -- orders --help
`;

const given = process.argv.slice(2).filter((word, index) => index > 0 || word !== '--');
const [name, ...rest] = given;
const entry = name !== undefined && Object.hasOwn(catalog, name) ? catalog[name] : undefined;

if (name === undefined || name === '--help' || name === '--list') {
  process.stdout.write(name === '--list' ? listed() : usage);
} else if (entry === undefined) {
  const names = Object.keys(catalog).join(', ');
  process.stderr.write(
    `Failed to read the name of the flow: there is no "${name}". Use one of ${names}.\n`,
  );
  process.exitCode = 2;
} else {
  process.argv.splice(2, Infinity, ...rest);
  await main({ name: `flows/${name}`, load: entry.load });
}

function listed(): string {
  const width = Math.max(...Object.keys(catalog).map((each) => each.length));
  const lines = Object.entries(catalog).map(
    ([each, { title }]) => `  ${each.padEnd(width)}  ${title}`,
  );
  return `${lines.join('\n')}\n`;
}
