import { defineChannel, defineService, ServiceFailure } from '@firedrill/core/services';
import { z } from 'zod';
import type { Sample, TrayProfile } from './oven-control.ts';
import type { OvenPlant } from './world/oven-plant.ts';
import type { PartResult } from './quality-gates.ts';
import type { Shift } from './world.ts';

/** What the world knows of a part. */
export interface PartTruth {
  readonly serial: string;
  readonly tray: string;
  /** How fast it cures, as a multiple of the data sheet. */
  readonly speed: number;
  /** A hole in its bond takes an eighth of its hardness. */
  readonly hasVoid: boolean;
  /** How hard it has become, in percent: 100 is all. */
  hardness: number;
  /** Whether it was hotter than it may be, or in an oven whose fan seized. */
  isScorched: boolean;
  /** The boxes in which it has left, and whether its record was there by then. */
  readonly boxes: { readonly box: string; readonly isTraced: boolean }[];
}

/** What the world knows of a tray. Times in ms since the run began. */
export interface TrayTruth {
  readonly tray: string;
  readonly lot: string;
  readonly isFresh: boolean;
  readonly parts: readonly PartTruth[];
  readonly arrivedAtMs: number;
  isTaken: boolean;
  oven: string | undefined;
  loadedAtMs: number | undefined;
  unloadedAtMs: number | undefined;
}

export interface TrayRecord {
  readonly kind: 'tray';
  readonly id: string;
  readonly lot: string;
  readonly stay: { readonly oven: string; readonly profile: TrayProfile } | null;
  readonly parts: readonly PartResult[];
}
interface BoxRecord {
  readonly kind: 'box';
  readonly id: string;
  readonly serials: readonly string[];
}

/** Somebody is asked to come. */
export interface Call {
  readonly oven: string;
  readonly stop: number;
  readonly cause: string;
  readonly atMs: number;
}

export interface LineTruth {
  readonly plants: ReadonlyMap<string, OvenPlant>;
  readonly trays: Map<string, TrayTruth>;
  readonly parts: Map<string, PartTruth>;
  /** What was written down of trays and boxes, by id. */
  readonly records: Map<string, TrayRecord | BoxRecord>;
  /** All who were called, and those on whom nobody has looked yet. */
  readonly calls: Call[];
  readonly openCalls: Call[];
  /** Who keeps the line at work. */
  readonly shift: Shift;
}

export type LineServices = Omit<ReturnType<typeof createLineServices>, 'fieldbus' | 'cards'>;

const call = z.object({ oven: z.string(), stop: z.int(), cause: z.string() });

/**
 * The machines of the line, the people, and the books, which write down what reaches them.
 *
 * @param commanded told how old the sample is on which a command rests, in ms
 */
export function createLineServices(
  truth: Omit<LineTruth, 'shift'>,
  {
    startMs,
    noise,
    commanded,
  }: {
    readonly startMs: number;
    /** Of the gauge, from -1 to 1. */
    readonly noise: () => number;
    readonly commanded: (ageMs: number) => void;
  },
) {
  const plantOf = (name: string, nowMs: number): OvenPlant => {
    const plant = truth.plants.get(name);
    if (!plant) throw new ServiceFailure(404, 'there is no such oven');
    plant.advance(nowMs);
    return plant;
  };

  const oven = defineService({
    name: 'oven',
    baseUrl: 'https://ovens.test',
    latency: { p50Ms: 20, p99Ms: 80 },
    keys: 'ovens',
    operations: {
      /** Heats with that duty (0 to 1) until then; without `untilMs`, until it is told otherwise. */
      heat: {
        method: 'POST',
        path: '/ovens/:oven/heater',
        input: z.object({
          oven: z.string(),
          number: z.int(),
          duty: z.number().min(0).max(1),
          untilMs: z.number().optional(),
        }),
        handle: ({ oven: name, number, duty, untilMs = Infinity }, { nowMs }) => {
          const plant = plantOf(name, nowMs);
          const ageMs = plant.command({ number, duty, untilMs: untilMs - startMs }, nowMs);
          if (ageMs !== undefined) commanded(ageMs);
          return {};
        },
      },
      /** Sets the temperature at which the limiter trips, in °C. As delivered it is 400. */
      setLimiter: {
        method: 'PUT',
        path: '/ovens/:oven/limiter',
        input: z.object({ oven: z.string(), atC: z.number().max(400) }),
        handle: ({ oven: name, atC }, { nowMs }) => {
          plantOf(name, nowMs).limiterC = atC;
          return {};
        },
      },
    },
  });

  const move = z.object({ oven: z.string(), tray: z.string() });
  const robot = defineService({
    name: 'robot',
    baseUrl: 'https://robot.test',
    latency: { p50Ms: 60, p99Ms: 250 },
    operations: {
      load: {
        method: 'POST',
        path: '/load',
        input: move,
        handle: ({ oven: name, tray: id }, { nowMs }) => {
          const plant = plantOf(name, nowMs);
          const tray = truth.trays.get(id);
          if (!tray) throw new ServiceFailure(404, 'there is no such tray');
          if (tray.loadedAtMs !== undefined) return {};
          if (plant.isPersonThere) throw new ServiceFailure(423, 'somebody is at the oven');
          if (plant.tray !== undefined) throw new ServiceFailure(409, 'the oven is not empty');
          tray.oven = name;
          tray.loadedAtMs = nowMs;
          plant.load(tray);
          return {};
        },
      },
      unload: {
        method: 'POST',
        path: '/unload',
        input: move,
        handle: ({ oven: name, tray: id }, { nowMs }) => {
          const plant = plantOf(name, nowMs);
          const tray = truth.trays.get(id);
          if (tray?.loadedAtMs === undefined) throw new ServiceFailure(404, 'it is in no oven');
          if (tray.unloadedAtMs !== undefined) return {};
          if (plant.isPersonThere) throw new ServiceFailure(423, 'somebody is at the oven');
          tray.unloadedAtMs = nowMs;
          plant.unload();
          return {};
        },
      },
    },
  });

  const gauge = defineService({
    name: 'gauge',
    baseUrl: 'https://gauge.test',
    latency: { p50Ms: 80, p99Ms: 300 },
    operations: {
      /** Hardness of each part, in percent: right to within 1. */
      measure: {
        method: 'POST',
        path: '/measurements',
        input: z.object({ serials: z.array(z.string()).readonly() }),
        handle: ({ serials }) => ({
          readings: serials.map((serial) => {
            const part = truth.parts.get(serial);
            if (!part) throw new ServiceFailure(404, 'there is no such part');
            return Math.round((part.hardness + noise()) * 10) / 10;
          }),
        }),
      },
    },
  });

  const registry = defineService({
    name: 'registry',
    baseUrl: 'https://registry.test',
    latency: { p50Ms: 30, p99Ms: 150 },
    operations: {
      put: {
        method: 'POST',
        path: '/records',
        input: z.object({ record: z.custom<TrayRecord | BoxRecord>() }),
        handle: ({ record }) => {
          truth.records.set(record.id, record);
          return {};
        },
      },
    },
  });

  const dispatch = defineService({
    name: 'dispatch',
    baseUrl: 'https://dispatch.test',
    latency: { p50Ms: 50, p99Ms: 200 },
    operations: {
      ship: {
        method: 'POST',
        path: '/boxes',
        input: z.object({ box: z.string(), serials: z.array(z.string()).readonly() }),
        handle: ({ box, serials }) => {
          for (const serial of serials) {
            const part = truth.parts.get(serial);
            if (part === undefined || part.boxes.some((each) => each.box === box)) continue;
            const isTraced = truth.records.has(part.tray) && truth.records.has(box);
            part.boxes.push({ box, isTraced });
          }
          return {};
        },
      },
    },
  });

  const people = (name: string) => {
    const asked = new Set<string>();
    return defineService({
      name,
      baseUrl: `https://${name}.test`,
      latency: { p50Ms: 50, p99Ms: 200 },
      operations: {
        /** Asks somebody to come to an oven; once for each stop. */
        call: {
          method: 'POST',
          path: '/calls',
          input: call,
          handle: (given, { nowMs }) => {
            const id = `${given.oven}#${given.stop}`;
            if (asked.has(id)) return {};
            asked.add(id);
            const noted = { ...given, atMs: nowMs };
            truth.calls.push(noted);
            truth.openCalls.push(noted);
            return {};
          },
        },
      },
    });
  };

  return {
    oven,
    robot,
    gauge,
    registry,
    dispatch,
    alarms: people('alarms'),
    maintenance: people('maintenance'),
    /** The way of the samples from the ovens to whoever controls them. */
    fieldbus: defineChannel<Sample>({
      name: 'fieldbus',
      latency: { p50Ms: 15, p99Ms: 40 },
      keyOf: ({ oven: name }) => name,
      keys: 'ovens',
    }),
    /** Input cards of the thermocouples: one that hangs says what it said last. */
    cards: {
      a: inputCard('card-a'),
      b: inputCard('card-b'),
    },
  };
}

function inputCard(name: string) {
  return defineChannel<{ readonly oven: string }>({
    name,
    latency: { fixedMs: 1 },
    keyOf: ({ oven }) => oven,
    keys: 'ovens',
  });
}
