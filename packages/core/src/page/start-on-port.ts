import { UsageError } from '../command-line/index.ts';
import { type FindAsset, type RunningServer, startServer } from './server.ts';

/**
 * Serves assets on the port that a command was given.
 *
 * @param port 0 takes any that is free
 * @throws UsageError naming `--port` when another program listens there
 */
export async function startOnPort(find: FindAsset, port: number): Promise<RunningServer> {
  try {
    return await startServer(find, { port });
  } catch (cause) {
    const isTaken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
    if (!isTaken) throw cause;
    throw new UsageError(
      {
        given: `--port=${port}`,
        cause: 'another program listens there',
        remedy: 'Use --port=0 for one that is free.',
      },
      { cause },
    );
  }
}
