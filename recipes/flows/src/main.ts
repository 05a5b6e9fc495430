import process from 'node:process';
import { main } from '@firedrill/core/cli';
import { catalog } from './catalog.ts';

const usage = `Usage: pnpm --filter flows start -- <name> [options]

Runs an event-driven flow through its storm, in virtual time, and judges it.

${listed()}
On many processes, and with events of your own:
  --engine=bullmq       an ordinary day in processes of their own, on Redis
  --file=events.ndjson  your own events in place of the visitors, on either engine
  --stress              as many events as it takes: throughput, latency, memory, on either engine
All options of each: pnpm --filter flows start -- orders --engine=bullmq --help

Options of a storm: pnpm --filter flows start -- orders --help
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
  const isElsewhere = rest.some((word) => /^--(file|stress)(=|$)/.test(word));
  const args = isElsewhere ? rest : rest.filter((word) => word !== '--engine=memory');
  // The storm has its own command line, and loads nothing of BullMQ.
  const isStorm = !args.some((word) => /^--(engine|file|workers|stress)(=|$)/.test(word));
  process.argv.splice(2, Infinity, ...(isStorm ? args : rest));
  if (isStorm) {
    await main({ name: `flows/${name}`, load: entry.load });
  } else {
    const { flowCommand } = await import('./many/command.ts');
    await flowCommand(name, entry);
  }
}

function listed(): string {
  const width = Math.max(...Object.keys(catalog).map((each) => each.length));
  const lines = Object.entries(catalog).map(([each, { title, engines }]) => {
    const where = engines === undefined ? 'bullmq, memory' : engines.only;
    const why =
      engines === undefined ? '' : `\n${' '.repeat(width + 20)}memory only: ${engines.why}`;
    return `  ${each.padEnd(width)}  ${where.padEnd(14)}  ${title}${why}`;
  });
  return `  ${'flow'.padEnd(width)}  ${'engines'.padEnd(14)}  what it is\n${lines.join('\n')}\n`;
}
