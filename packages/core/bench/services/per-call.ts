/**
 * What one call of a mock service costs.
 *
 * Every row is the same load in virtual time, 40 calls started each virtual millisecond, and the
 * best of several runs, taken in turns so that a busy machine slows all rows alike. The first row is
 * what the virtual clock costs without any service: a promise and a timer.
 */
import { z } from 'zod';
import { count, newCommand, runTool, valueOption } from '../../src/command-line/index.ts';
import { createNetwork, defineService, type Fault, noLimit } from '../../src/services/index.ts';
import { simulate } from '../../src/simulation/index.ts';

interface Row {
  readonly name: string;
  readonly calls: number;
  readonly transport?: 'in-process' | 'msw';
  readonly isLimited?: true;
  readonly hasSchema?: true;
  readonly timeoutMs?: number;
  readonly faults?: readonly Fault[];
}

const perMs = 40;
const struck = { service: 'gateway', fromMs: 0, toMs: 3_600_000 } as const;
const later: Fault = { kind: 'hang', ...struck, fromMs: 3_500_000 };
const slow: Fault = { kind: 'slow', ...struck, factor: 2, share: 0.5 };
const keyed: Fault = { kind: 'slow', ...struck, factor: 2, share: 0.4, of: 'keys' };

const rows: readonly Row[] = [
  { name: 'clock alone: promise and timer', calls: 200_000 },
  { name: 'in process', calls: 200_000, transport: 'in-process' },
  { name: 'in process, time-out', calls: 200_000, transport: 'in-process', timeoutMs: 5_000 },
  { name: 'in process, schema', calls: 200_000, transport: 'in-process', hasSchema: true },
  {
    name: 'in process, limits, half queue',
    calls: 200_000,
    transport: 'in-process',
    isLimited: true,
  },
  {
    name: 'in process, fault not yet due',
    calls: 200_000,
    transport: 'in-process',
    faults: [later],
  },
  { name: 'in process, half slowed', calls: 200_000, transport: 'in-process', faults: [slow] },
  {
    name: 'in process, 40 % of keys slowed',
    calls: 200_000,
    transport: 'in-process',
    faults: [keyed],
  },
  { name: 'msw', calls: 2_000, transport: 'msw', hasSchema: true },
];

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function measure(row: Row): Promise<number> {
  const { value } = await simulate({ seed: 1, start: 0 }, async (sim) => {
    const call = await createCall(row, sim);
    const startMs = sim.real.now();
    const pending: Promise<unknown>[] = [];
    for (let n = 0; n < row.calls; n += 1) {
      pending.push(call(n));
      if (n % perMs === perMs - 1) await sleep(1);
    }
    await Promise.all(pending);
    return ((sim.real.now() - startMs) / row.calls) * 1_000;
  });
  return value;
}

type Simulation = Parameters<Parameters<typeof simulate>[1]>[0];

async function createCall(row: Row, sim: Simulation): Promise<(n: number) => Promise<unknown>> {
  const { transport, faults = [], timeoutMs = noLimit('it measures what a limit costs') } = row;
  if (transport === undefined) return () => sleep(100);
  const network = await createNetwork({
    transport,
    random: sim.random('network'),
    faults,
    hold: (work) => sim.hold(work),
  });
  const service = defineService({
    name: 'gateway',
    baseUrl: 'https://gateway.example',
    latency: { p50Ms: 100, p99Ms: 250 },
    // 40 a millisecond for 100 ms are 4,000 at once.
    ...(row.isLimited && { limits: { concurrency: 3_000, queue: 1_000_000 } }),
    operations: {
      plain: { method: 'POST', path: '/plain', handle: () => true },
      checked: {
        method: 'POST',
        path: '/checked',
        input: z.object({ id: z.string(), merchant: z.string(), cents: z.int() }),
        handle: () => true,
      },
    },
  });
  const client = network.connect(service);
  return row.hasSchema
    ? (n) => client.checked({ id: 'a', merchant: 'm', cents: n }, { timeoutMs, key: 'key' })
    : (n) => client.plain(undefined, { timeoutMs, key: `merchant-${n % 5_000}` });
}

const command = newCommand(
  'pnpm --filter @firedrill/core bench:services',
  'Measures what one call of a mock service costs, beside the virtual clock alone.',
).addOption(
  valueOption(
    '--rounds <n>',
    'rounds, of which the best counts (default: 5)',
    count(1, 1_000, '5'),
  ),
);

await runTool(command, { defaults: { rounds: 5 } }, async ({ rounds }) => {
  const best = new Map<Row, number>();
  for (let round = 0; round < rounds; round += 1) {
    for (const row of rows) {
      best.set(row, Math.min(best.get(row) ?? Infinity, await measure(row)));
    }
  }
  const baseline = best.get(rows[0] ?? { name: '', calls: 0 }) ?? 0;
  for (const [{ name }, us] of best) {
    const extra = (us - baseline).toFixed(2).padStart(8);
    console.log(
      `${name.padEnd(34)} ${us.toFixed(2).padStart(8)} us a call ${extra} without the clock`,
    );
  }
});
