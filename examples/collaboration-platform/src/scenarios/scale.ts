import { planCapacity, predictPool } from '@firedrill/core/capacity';
import type { Row, ScaleCheck, ScaleScenario, ScaleStep } from '@firedrill/core/scenario';
import { meanLatencyMs } from '@firedrill/core/services';
import { collaboratorsMs, ownActionMs } from '../rules.ts';
import { latencies } from '../services/latencies.ts';
import type { Settings } from '../settings.ts';
import type { Canvases } from '../types.ts';
import { directEditMs, earlyWritesPerSecond, workOf } from './fan-out-model.ts';

type Step = ScaleStep<Canvases>;

/** Everybody comes within this time, as after a deployment that dropped all connections. */
const stepMs = 4_000;

/**
 * A thousand people, the few who leave again before the last have come, and three standard deviations
 * of a Poisson process on top, so that no seed brings fewer than promised.
 */
const thousandPerSecond = (1_000 * 1.03) / (stepMs / 1_000);

/** When all are there, this much of the time until the day ends is measured. */
const measuredFromMs = stepMs + 1_000;
const measuredToMs = stepMs + 3_000;

/** What the platform has promised, in thousands. */
const promised = 50;
const multipliers = [1, 10, promised];

/**
 * As far as prediction and measurement may be apart when all are there. With fewer people two seconds
 * have too few writes for that: of a hundred, one in ten more or less is chance.
 */
const tolerance = 0.2;

const saveMs = meanLatencyMs(latencies.save);

const storePool = (writesPerSecond: number, { storeConnections }: Settings) => ({
  workers: storeConnections,
  queueSize: storeConnections,
  serviceMs: saveMs,
  ratePerSecond: writesPerSecond,
});

export const scale: ScaleScenario<Canvases> = {
  kind: 'scale',
  title: 'fifty thousand people',
  intro: [
    'No faults, only people: each step starts afresh, all of them come within four seconds, and two seconds after that are measured. Beside it stands what the settings alone predict: messages from the sizes of the rooms, the load of the document store from queueing theory (M/M/c/K). Everybody has a connection, an app and a screen of their own; documents are made on the devices of those who edit, and in the end on those of 3,000 people, whose screens are compared.',
  ],
  implementations: ['direct-calls', 'hardened'],
  baseRatePerSecond: () => thousandPerSecond,
  multipliers,
  stepMs,
  columns: [
    { name: 'multiplier', label: 'thousands', unit: 'count' },
    { name: 'people', label: 'people at once', unit: 'count' },
    { name: 'edits', label: 'edits', unit: 'per-second' },
    { name: 'ownP99Ms', label: 'own p99', unit: 'ms' },
    { name: 'remoteP95Ms', label: 'others p95', unit: 'ms' },
    { name: 'messages', label: 'messages', unit: 'per-second' },
    { name: 'predictedMessages', label: 'predicted', unit: 'per-second' },
    { name: 'writes', label: 'store writes', unit: 'per-second' },
    { name: 'predictedWrites', label: 'predicted', unit: 'per-second' },
    { name: 'utilisation', label: 'predicted load', unit: 'ratio' },
    { name: 'predictedLoss', label: 'predicted refusals', unit: 'ratio' },
    { name: 'measuredLoss', label: 'measured refusals', unit: 'ratio' },
  ],

  row({ multiplier, phase }: Step, settings, implementation): Row {
    const { measured, seconds, truth } = phase;
    const predicted = workOf(implementation, settings);
    const within = seconds.filter(({ atMs }) => atMs > measuredFromMs && atMs <= measuredToMs);
    const perSecond = (of: (values: (typeof within)[number]['values']) => number): number =>
      within.reduce((sum, { values }) => sum + of(values), 0) / within.length;
    const before = seconds.findLast(({ atMs }) => atMs <= measuredFromMs)?.values;
    const after = within.at(-1)?.values;
    const calls = (after?.storeCalls ?? 0) - (before?.storeCalls ?? 0);
    const refused = (after?.storeRefusals ?? 0) - (before?.storeRefusals ?? 0);
    const { compared, diverged, leaks } = truth.totals;
    const atMs = (measuredFromMs + measuredToMs) / 2;
    const pool =
      predicted && predictPool(storePool(predicted.writesPerSecond * multiplier, settings));
    return {
      multiplier,
      people: measured.people.peak,
      edits: perSecond(({ edits }) => edits),
      ownP99Ms: measured.own.p99,
      remoteP95Ms: measured.remote.p95,
      messages: perSecond(({ framesPerSecond }) => framesPerSecond),
      predictedMessages: predicted && predicted.messagesPerSecond * multiplier,
      // Loads of documents are calls of the store, too, and nobody comes any more by then.
      writes: calls / within.length,
      predictedWrites:
        implementation === 'hardened'
          ? earlyWritesPerSecond(settings, { openingMs: stepMs, atMs }) * multiplier
          : predicted && predicted.writesPerSecond * multiplier,
      utilisation: pool?.utilisation,
      predictedLoss: pool?.dropRatio,
      measuredLoss: calls === 0 ? undefined : refused / calls,
      compared,
      diverged,
      leaks,
    };
  },

  conclude(rows, settings, implementation) {
    const { writesPerSecond } = workOf(implementation, settings);
    const plan = planCapacity({
      ratePerSecond: writesPerSecond * promised,
      serviceMs: saveMs,
      burstFactor: 1,
      maxUtilisation: 0.7,
    });
    const most = (settings.storeConnections * 1_000) / saveMs / writesPerSecond;
    const store = `The tightest pool is the document store: ${settings.storeConnections} connections, held for ${Math.round(saveMs)} ms a write, are all busy at ${Math.round(most)} thousand people. For ${promised} thousand at 70 % utilisation plan ${plan.workers}.`;
    const last = rows.at(-1) ?? {};
    return implementation === 'hardened'
      ? {
          note: `${store} ${whereTheyPart(rows, settings)}`,
          checks: [
            carriesThePromised(last),
            keepsItsInvariants(last),
            isAsPredicted(last, 'messages', 'predictedMessages'),
            isAsPredicted(last, 'writes', 'predictedWrites'),
          ],
        }
      : {
          note: `${store} But load is not what breaks it: whoever presents to ${settings.allHandsSize} people waits for each of them, one after the other, however few others there are. Fewer messages are sent than predicted: strokes under way have not told everybody yet, and those that the store refuses tell nobody.`,
          checks: [freezesAtAnyLoad(rows, settings)],
        };
  },
  next: '--scenario=scale --set storeConnections=800',
};

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
const number = (value: number | undefined): string =>
  Math.round(value ?? 0).toLocaleString('en-US');

function carriesThePromised({ people = 0, ownP99Ms = Infinity, ...row }: Row): ScaleCheck {
  const { remoteP95Ms = Infinity, measuredLoss = 1 } = row;
  return {
    name: 'fifty-thousand',
    title: 'the people whom the platform has promised to carry are carried',
    kind: 'objective',
    expected: `${number(promised * 1_000)} at once, own action under ${ownActionMs} ms, others under ${collaboratorsMs} ms, nothing refused`,
    observed: `${number(people)}, ${ownP99Ms.toFixed(1)} ms, ${Math.round(remoteP95Ms)} ms, ${(100 * measuredLoss).toFixed(2)} % refused`,
    ok:
      people >= promised * 1_000 &&
      ownP99Ms < ownActionMs &&
      remoteP95Ms < collaboratorsMs &&
      measuredLoss === 0,
  };
}

function keepsItsInvariants({ compared = 0, diverged, leaks }: Row): ScaleCheck {
  return {
    name: 'fifty-thousand-right',
    title: 'with all of them there, screens agree, and nobody is sent what they may not see',
    kind: 'invariant',
    expected: '0 screens that differ, 0 messages to somebody who may not see them',
    observed: `${diverged} of ${number(compared)} screens differ, ${leaks} such messages`,
    ok: compared > 0 && diverged === 0 && leaks === 0,
  };
}

function isAsPredicted(last: Row, measured: string, predicted: string): ScaleCheck {
  const off = (last[measured] ?? 0) / (last[predicted] ?? Infinity) - 1;
  return {
    name: `${measured}-as-predicted`,
    title: `${measured} are what the sizes of the rooms let expect`,
    kind: 'objective',
    expected: `within ${100 * tolerance} % with ${promised} thousand people`,
    observed: `${off < 0 ? '' : '+'}${(100 * off).toFixed(1)} %`,
    ok: Math.abs(off) <= tolerance,
  };
}

function freezesAtAnyLoad(rows: readonly Row[], { allHandsSize }: Settings): ScaleCheck {
  const predictedMs = directEditMs(allHandsSize);
  const freezes = rows.map(({ ownP99Ms = 0 }) => ownP99Ms);
  return {
    name: 'freezes-at-any-load',
    title: 'the long freezes come from the size of the room, not from the load',
    kind: 'objective',
    expected: `p99 of ${seconds(predictedMs)} at every step, within ${100 * tolerance} %`,
    observed: freezes.map(seconds).join(', '),
    ok: freezes.every((ms) => Math.abs(ms / predictedMs - 1) <= tolerance),
  };
}

/** Says where prediction and measurement are apart, and why. */
function whereTheyPart(rows: readonly Row[], settings: Settings): string {
  const { writes = 0, multiplier = 1 } = rows.at(-1) ?? {};
  const settled = workOf('hardened', settings).writesPerSecond * multiplier;
  return `Measured are ${number(writes)} writes a second and not the ${number(settled)} of the load: a document is saved up to ${settings.saveEveryMs / 1_000} s after its first change, and a step is over before that has settled. What is predicted beside it takes that into account. With a thousand people there is one all-hands and hardly a write, and chance decides.`;
}
