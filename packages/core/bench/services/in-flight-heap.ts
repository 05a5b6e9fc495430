/**
 * Heap that one call in flight holds.
 *
 * 100,000 calls wait at one instant of virtual time; the difference of the heap after collection.
 */
import { newCommand, runTool, UsageError } from '../../src/command-line/index.ts';
import { createNetwork, defineService } from '../../src/services/index.ts';
import { simulate, type Simulation } from '../../src/simulation/index.ts';

const calls = 100_000;
const sleep = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));

const command = newCommand(
  'pnpm --filter @firedrill/core bench:services-heap',
  'Measures the heap that one call in flight holds, and a timer beside it.',
);

await runTool(command, { defaults: {} }, async () => {
  if (globalThis.gc === undefined) {
    throw new UsageError({
      given: 'the options of Node',
      cause: 'there is no --expose-gc, without which garbage is measured too',
      remedy: `Use ${command.name()}.`,
    });
  }
  await simulate({ seed: 1, start: 0 }, measure);
});

async function measure(sim: Simulation): Promise<void> {
  const network = await createNetwork({
    transport: 'in-process',
    random: sim.random('network'),
    faults: [],
  });
  const client = network.connect(
    defineService({
      name: 'gateway',
      baseUrl: 'https://gateway.example',
      latency: { fixedMs: 100 },
      operations: { plain: { method: 'POST', path: '/plain', handle: () => true } },
    }),
  );
  const options = { key: 'merchant', timeoutMs: 5_000 };
  const timer = await heapOf(sleep);
  const call = await heapOf(() => client.plain(undefined, options));
  console.log(`a promise and a timer: ${timer.toFixed(0)} bytes`);
  console.log(`a call in flight:      ${call.toFixed(0)} bytes`);
}

async function heapOf(start: () => Promise<unknown>): Promise<number> {
  const pending: Promise<unknown>[] = Array.from({ length: calls });
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  for (let n = 0; n < calls; n += 1) pending[n] = start();
  globalThis.gc?.();
  const perCall = (process.memoryUsage().heapUsed - before) / calls;
  await Promise.all(pending);
  return perCall;
}
