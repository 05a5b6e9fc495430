import { z } from 'zod';
import { startServing } from '../../src/serve/start.ts';
import { argumentOf, tell, usageNow } from './processes.ts';

/** The served canvas in a process of its own, with the limits that everybody gets. */
const { directory, connectionString } = argumentOf(
  z.object({ directory: z.string().optional(), connectionString: z.string().optional() }),
);
const serving = await startServing({
  host: '127.0.0.1',
  port: 0,
  store:
    directory === undefined
      ? { kind: 'memory' }
      : connectionString === undefined
        ? { kind: 'embedded', directory }
        : { kind: 'postgres', directory, connectionString },
});

process.on('message', () => tell(usageNow()));
process.once('SIGTERM', () => void serving.stop().finally(() => process.exit()));
tell({ url: serving.url });
