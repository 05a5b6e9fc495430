import { parseArgs } from 'node:util';
import { escaped, type ExitCode, exitCodes } from '@firedrill/core/command-line';
import { EventStoreError } from '@firedrill/core/event-store';
import { startServing, type ServeOptions } from './serve/start.ts';
import type { StoreChoice } from './serve/store.ts';

const help = `Usage: pnpm --filter collaboration-platform serve [-- --port=8787 --data=.canvas]

Serves shared canvases for as many browser windows as you like: the room server of the simulation,
behind real WebSockets, on top of core's event store.

Options:
  --port <number>      0 takes any that is free (default: 8787)
  --host <name>        0.0.0.0 lets other machines in, without a password (default: 127.0.0.1)
  --allow-host <name>  a name by which browsers call the server, beside localhost; may be repeated
  --data <directory>   where canvases are kept, and the key that signs identities (default: .canvas)
  --store <what>       postgres://… keeps canvases on a PostgreSQL server and the key in --data;
                       memory keeps nothing (default: an embedded database in --data)
  --help               shows this

Open the address in two windows. ?room=name opens another canvas, and ?role=viewer only watches.
`;

const defaults = { host: '127.0.0.1', port: '8787', data: '.canvas' };

process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<ExitCode> {
  // pnpm hands over the separator, too.
  const args = argv[0] === '--' ? argv.slice(1) : argv;
  let options: ServeOptions | 'help';
  try {
    options = optionsOf(args);
  } catch (error) {
    return complain(error instanceof Error ? error.message : String(error));
  }
  if (options === 'help') {
    process.stdout.write(help);
    return exitCodes.asExpected;
  }
  try {
    return await serve(options);
  } catch (error) {
    const { host, port } = options;
    const at = `Failed to listen on ${host}, port ${port}`;
    switch (codeOf(error)) {
      case 'EADDRINUSE':
        return complain(`${at}: another program does. Use --port=0 for one that is free.`);
      case 'EACCES':
        return complain(`${at}: it is reserved. Use a port from 1024 on.`);
      case 'EADDRNOTAVAIL':
      case 'ENOTFOUND':
        return complain(`${at}: this machine has no such address. Use --host=127.0.0.1.`);
      default:
        if (error instanceof EventStoreError) return complain(error.message);
        throw error;
    }
  }
}

function optionsOf(args: readonly string[]): ServeOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      host: { type: 'string', default: defaults.host },
      'allow-host': { type: 'string', multiple: true, default: [] },
      data: { type: 'string', default: defaults.data },
      store: { type: 'string' },
      port: { type: 'string', default: defaults.port },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const port = Number(values.port);
  if (values.port.trim() === '' || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new RangeError(
      `Failed to read --port=${values.port}: it is no port. Use a whole number from 0 to 65535.`,
    );
  }
  const store = storeOf(values.store, values.data);
  return { host: values.host, port, store, allowedHosts: values['allow-host'] };
}

function storeOf(store: string | undefined, directory: string): StoreChoice {
  if (directory.trim() === '') {
    throw new RangeError('Failed to read --data=: it names no directory. Use --data=.canvas.');
  }
  if (store === undefined) return { kind: 'embedded', directory };
  if (store === 'memory') return { kind: 'memory' };
  if (/^postgres(ql)?:\/\//.test(store)) {
    return { kind: 'postgres', connectionString: store, directory };
  }
  throw new RangeError(
    `Failed to read --store=${store}: it is no store. Use postgres://user@host/database, memory, or leave it out.`,
  );
}

async function serve(options: ServeOptions): Promise<ExitCode> {
  const serving = await startServing(options);
  const stopped = firstSignal();
  process.stdout.write(
    `The canvas is at ${serving.url}\nOpen it in two windows. Ctrl-C stops it.\n`,
  );
  const signal = await stopped;
  await serving.stop();
  return signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.asExpected;
}

/** Stopping is what SIGTERM is for, and no failure; a second signal ends the process at once. */
function firstSignal(): Promise<'SIGINT' | 'SIGTERM'> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function complain(text: string): ExitCode {
  process.stderr.write(`${escaped(text)}\n`);
  return exitCodes.usage;
}
