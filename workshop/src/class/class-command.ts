import { existsSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { callerPath, escaped, exitCodes, UsageError } from '@firedrill/core/command-line';
import { startOnPort } from '@firedrill/core/page';
import { openInBrowser } from '../open-in-browser.ts';
import { classAssets } from './assets.ts';
import { newCode, startMessageServer } from './message-server.ts';
import { Roll } from './roll.ts';

export interface ClassCommandFlags {
  readonly port: number;
  readonly listen: boolean;
  readonly out?: string;
}

const write = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Shows who is at which step, here and on a page of this machine, until Ctrl-C. */
export async function classCommand({ port, listen, out }: ClassCommandFlags): Promise<number> {
  if (out !== undefined && existsSync(callerPath(out))) {
    throw new UsageError({
      given: `--out=${out}`,
      cause: 'there is a file of that name',
      remedy: 'Use another name, or remove it first.',
    });
  }
  const roll = new Roll();
  const code = newCode();
  const invitation = (): string =>
    `pnpm workshop --class=${messages.urls[0] ?? ''} --code=${code} --name=<your name>`;
  const messages = await startMessageServer({
    port: port === 0 ? 0 : port + 1,
    isOpen: listen,
    code,
    take: (message) => {
      const hadRoom = roll.take(message);
      if (hadRoom) show(roll, message.name, invitation());
      return hadRoom;
    },
  });
  if (messages.urls.length === 0) {
    await messages.stop();
    throw new UsageError({
      given: '--listen',
      cause: 'this machine is in no network',
      remedy: 'Connect it, or leave --listen out.',
    });
  }
  let page;
  try {
    page = await startOnPort(classAssets(roll, invitation()), { port });
  } catch (error) {
    await messages.stop();
    throw error;
  }
  write(`The page is at ${page.url}, for this machine alone.`);
  write(`Participants join with:\n  ${invitation()}`);
  for (const other of messages.urls.slice(1)) write(`  (or by another network: --class=${other})`);
  if (!listen) write('Only this machine can join: --listen lets others in.');
  write('Ctrl-C ends.');
  openInBrowser(page.url);
  const signal = await new Promise<NodeJS.Signals>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await Promise.all([messages.stop(), page.stop()]);
  if (out !== undefined) {
    writeFileSync(callerPath(out), `${JSON.stringify(roll.rows(), undefined, 2)}\n`, {
      flag: 'wx',
    });
    write(`\nWho was where stands in ${out}.`);
  }
  return signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated;
}

/** The whole table on a terminal; elsewhere a line for each message. */
function show(roll: Roll, name: string, invitation: string): void {
  const rows = roll.rows();
  if (process.stdout.isTTY) {
    const most = Math.max(1, (process.stdout.rows ?? 24) - 5);
    process.stdout.write('\u001B[H\u001B[2J');
    write(`${invitation}\n`);
    write(classTable(rows.slice(0, most)).join('\n'));
    if (rows.length > most) write(`... and ${rows.length - most} more, on the page`);
    return;
  }
  for (const line of classTable(rows.filter((row) => row.name === name)).slice(1)) write(line);
}

/** Columns of a terminal of 80. */
const nameWidth = 26;
const stepWidth = 44;

/** A text in a column, with nothing in it that moves a cursor. */
function fit(text: string, width: number): string {
  const safe = escaped(text);
  return (safe.length < width ? safe : `${safe.slice(0, width - 2)}…`).padEnd(width);
}

/** The table in lines of at most 80 columns, with nothing in it that moves a cursor. */
export function classTable(rows: ReturnType<Roll['rows']>): readonly string[] {
  return [
    `${fit('name', nameWidth)}${fit('step', stepWidth)}verdict`,
    ...rows.map(
      ({ name, step, verdict }) => `${fit(name, nameWidth)}${fit(step, stepWidth)}${verdict}`,
    ),
  ];
}
