import { UsageError } from '../command-line/index.ts';
import { type FindAsset, type RunningServer, type ServerOptions, startServer } from './server.ts';

/**
 * Serves assets on the port that a command was given.
 *
 * @throws UsageError naming `--port` when another program listens there
 */
export async function startOnPort(find: FindAsset, options: ServerOptions): Promise<RunningServer> {
  try {
    return await startServer(find, options);
  } catch (cause) {
    const isTaken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
    if (!isTaken) throw cause;
    throw new UsageError(
      {
        given: `--port=${options.port}`,
        cause: 'another program listens there',
        remedy: 'Use --port=0 for one that is free.',
      },
      { cause },
    );
  }
}
