import { createMemoryBroker, runInMemory } from '@firedrill/core/flows';
import { createRandom } from '@firedrill/core/simulation';
import { iot, type LoggedBatch, type ReplayedSite } from '../src/iot/flow.ts';
import { siteOptions } from '../src/iot/house-rules.ts';
import { Site } from '../src/iot/site.ts';
import { ReplayCache } from '../src/replay/replay-cache.ts';
import { inTurns, rateLine, processorMs, type Round, timed } from './measure.ts';

const sites = 16;
const sensorsOfASite = 12;
/** A sensor measures each second and sends ten at a time. */
const batch = 10;
const startMs = Date.parse('2026-03-02T09:00:00Z');

/** All steps of the flow of sensors. */
export async function sensorFlow(rounds: number, seconds: number): Promise<string> {
  const found = await inTurns(rounds, { flow: () => readings(seconds) });
  return [
    `iot: ${sites} sites of ${sensorsOfASite} sensors for ${seconds} s of processor, batches of ${batch}\n`,
    rateLine('flow, all steps', 'readings', found.flow, 100_000),
  ].join('');
}

async function readings(seconds: number): Promise<Round> {
  const random = createRandom(1, 'readings');
  const held = new ReplayCache<ReplayedSite, LoggedBatch>(
    () => new Site(siteOptions),
    (site, { sensor, readings: taken, atMs }) => void site.take(sensor, taken, atMs),
    ({ id, atMs }) => `${id}@${atMs}`,
  );
  const outside = {
    table: { put: async () => ({}) },
    pager: { page: async () => ({}) },
    sites: held,
  };
  let clockMs = startMs;
  const broker = createMemoryBroker(iot, { rememberMs: 2_000 }).connect();
  const flow = runInMemory(iot, {
    outside,
    broker,
    now: () => clockMs,
  });
  const result = await timed(async () => {
    const untilMs = processorMs() + seconds * 1_000;
    let done = 0;
    for (let turn = 0; processorMs() < untilMs; turn += 1) {
      clockMs += batch * 1_000;
      for (let site = 0; site < sites; site += 1) {
        for (let sensor = 0; sensor < sensorsOfASite; sensor += 1) {
          const taken = Array.from({ length: batch }, (_, index) => ({
            number: turn * batch + index + 1,
            eventMs: clockMs - (batch - index) * 1_000,
            value: 4_000 + random.integer(-150, 150),
          }));
          const id = `${site}/${sensor}/${turn}`;
          void flow.publish(
            'batch.received',
            { id, site: `site-${site}`, sensor: `sensor-${sensor}`, readings: taken },
            { id },
          );
          done += batch;
        }
      }
      await flow.onIdle();
    }
    return done;
  });
  await flow.stop();
  const dead = broker.counts().dead;
  if (dead > 0) throw new Error(`${dead} dead letters: ${broker.letters()[0]?.error.message}.`);
  return result;
}
