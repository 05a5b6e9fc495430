import { createMemoryBroker, type FlowObserver, runInMemory } from '@firedrill/core/flows';
import { openTelemetryObserver } from '@firedrill/core/flows/opentelemetry';
import { chainFlow } from './chain-flow.ts';
import {
  best,
  figure,
  inTurns,
  line,
  perCpuSecond,
  rateLine,
  type Round,
  timed,
} from './measure.ts';

const count = 20_000;

/** A chain of five steps with and without the observer, where no SDK is. */
export async function telemetry(rounds: number): Promise<string> {
  await chains(undefined);
  const found = await inTurns(rounds, {
    without: () => chains(undefined),
    with: () => chains(openTelemetryObserver()),
  });
  const ratios = found.with.map(
    (each, index) => each.cpuMs / (found.without[index]?.cpuMs ?? Number.NaN),
  );
  const middle = ratios.toSorted((a, b) => a - b)[Math.floor(ratios.length / 2)] ?? Number.NaN;
  return [
    `telemetry: ${figure(count)} chains of five steps in memory, no SDK\n`,
    rateLine('without observer', 'chains', found.without),
    rateLine('with openTelemetryObserver()', 'chains', found.with),
    line(
      'processor time with / without',
      `${figure(middle)} (median of ${rounds} pairs), best ${figure(best(found.without, perCpuSecond) / best(found.with, perCpuSecond))}`,
    ),
  ].join('');
}

async function chains(observer: FlowObserver | undefined): Promise<Round> {
  const broker = createMemoryBroker(chainFlow).connect();
  const flow = runInMemory(chainFlow, { outside: { ended: () => {} }, broker, observer });
  const result = await timed(async () => {
    for (let n = 0; n < count; n += 1) {
      void flow.publish('e0', { n });
      if (n % 256 === 255) await flow.onIdle();
    }
    await flow.onIdle();
    return count;
  });
  await flow.stop();
  return result;
}
