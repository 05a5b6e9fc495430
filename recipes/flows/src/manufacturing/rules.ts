import { type Judged, ruleWords } from '@firedrill/core/scenario';
import type { Manufacturing } from './example.ts';
import { gate, limits } from './house-rules.ts';
import type { Harm } from './world/oven-plant.ts';
import type { PartTruth, TrayTruth } from './services.ts';
import { isEnded, startMs } from './world.ts';

type Phase = Judged<Manufacturing>;

const { defineRules, invariant, objective, usefulWork } = ruleWords<Manufacturing>();
const minute = 60_000;

const harms = ({ truth }: Phase): readonly Harm[] =>
  [...truth.plants.values()].map(({ harm }) => harm);
const total = (phase: Phase, of: (harm: Harm) => number): number =>
  harms(phase).reduce((sum, harm) => sum + of(harm), 0);
const seconds = (ms: number): string => `${ms / 1_000} s`;

/** The longest time for which an oven was above its limit, in ms. */
export const longestAbove = (phase: Phase): number =>
  Math.max(...harms(phase).map(({ longestAboveMs }) => longestAboveMs));
export const unattended = (phase: Phase): number => total(phase, (harm) => harm.unattendedMs);
export const seizedFans = (phase: Phase): number => total(phase, (harm) => harm.seized);

const isShipped = ({ boxes }: PartTruth): boolean => boxes.length > 0;
const isGood = ({ hardness, isScorched }: PartTruth, { isFresh }: TrayTruth): boolean =>
  isFresh && !isScorched && hardness >= gate.leastHardness;

const partsOf = ({ truth }: Phase, keep: (part: PartTruth, tray: TrayTruth) => boolean): number =>
  [...truth.trays.values()].reduce(
    (sum, tray) => sum + tray.parts.filter((part) => keep(part, tray)).length,
    0,
  );

export const badShipped = (phase: Phase): number =>
  partsOf(phase, (part, tray) => isShipped(part) && !isGood(part, tray));

/** How far the first and the last sample of a stay may lie from when the tray went in and out. */
const stayWithinMs = 3_000;

/** Whether what is written down of a part leads to its lot, its oven and its time there, and its one box. */
function isTraceable({ truth }: Phase, part: PartTruth, tray: TrayTruth): boolean {
  const record = truth.records.get(tray.tray);
  const [shipped, ...more] = part.boxes;
  if (record?.kind !== 'tray' || shipped === undefined || more.length > 0) return false;
  const box = truth.records.get(shipped.box);
  const { stay, lot, parts } = record;
  const { loadedAtMs = Infinity, unloadedAtMs = Infinity } = tray;
  return (
    shipped.isTraced &&
    box?.kind === 'box' &&
    box.serials.includes(part.serial) &&
    parts.some(({ serial, isAccepted }) => serial === part.serial && isAccepted) &&
    lot === tray.lot &&
    stay?.oven === tray.oven &&
    stay !== null &&
    Math.abs(stay.profile.fromMs - startMs - loadedAtMs) <= stayWithinMs &&
    Math.abs(stay.profile.toMs - startMs - unloadedAtMs) <= stayWithinMs
  );
}

/** Parts that have left without a trace, and parts of which nobody knows any more. */
export function untraced(phase: Phase): number {
  const { truth } = phase;
  return partsOf(phase, (part, tray) =>
    isShipped(part) ? !isTraceable(phase, part, tray) : tray.isTaken && !isEnded(truth, tray),
  );
}

/** Most calls for one oven within a minute. */
export function mostCalls({ truth }: Phase): number {
  const byOven = Map.groupBy(truth.calls, ({ oven }) => oven);
  let most = 0;
  for (const calls of byOven.values()) {
    for (const { atMs: fromMs } of calls) {
      most = Math.max(
        most,
        calls.filter(({ atMs }) => atMs >= fromMs && atMs < fromMs + minute).length,
      );
    }
  }
  return most;
}
/** A person needs half a minute: a second call in a minute may follow a stop that came at once again. */
const callsAllowed = 2;

/** Sound parts of trays that were struck by nothing that excuses, and those of them that were shipped. */
export function soundParts(phase: Phase): { done: number; due: number } {
  const isDue = ({ hasVoid }: PartTruth, tray: TrayTruth): boolean =>
    !hasVoid && tray.isFresh && tray.isTaken && isJudgedThroughout(phase, tray);
  return {
    done: partsOf(phase, (part, tray) => isDue(part, tray) && isShipped(part)),
    due: partsOf(phase, isDue),
  };
}

/** A fault strikes a tray at any time of its stay, not when it was due. */
function isJudgedThroughout({ isJudged }: Phase, tray: TrayTruth): boolean {
  const { arrivedAtMs, loadedAtMs = arrivedAtMs, unloadedAtMs = loadedAtMs } = tray;
  for (let atMs = loadedAtMs; atMs <= unloadedAtMs; atMs += 1_000) {
    if (!isJudged(atMs)) return false;
  }
  return isJudged(arrivedAtMs) && isJudged(unloadedAtMs);
}

/** What must be true of whoever runs the line. */
export const rules = defineRules({
  'within-limits': invariant(
    `no oven is above ${limits.highC} °C for longer than ${seconds(limits.reactionMs)}`,
    'overheated oven',
    (phase) => ({
      count: harms(phase).filter(({ longestAboveMs }) => longestAboveMs > limits.reactionMs).length,
      detail: `${seconds(longestAbove(phase))} above the limit at the longest`,
    }),
  ),
  'safe-stop': invariant(
    'without a working controller no oven goes on heating',
    'unattended oven',
    (phase) => ({
      count: harms(phase).filter(({ unattendedMs }) => unattendedMs > 0).length,
      detail: `${seconds(unattended(phase))} in all`,
    }),
  ),
  'locked-out': invariant(
    'no oven heats while a person is at it',
    'dangerous oven',
    (phase) => harms(phase).filter(({ withPersonMs }) => withPersonMs > 0).length,
  ),
  'no-bad-part-shipped': invariant(
    'every part that leaves is hard, unscorched, and of fresh adhesive',
    'shipped bad part',
    badShipped,
  ),
  'every-part-traceable': invariant(
    'of every part that leaves it is known from which lot, in which oven and when, and in which box; no part is lost',
    'untraced part',
    untraced,
  ),
  'maintained-in-time': invariant('no fan seizes in service', 'seized fan', seizedFans),
  'fans-used-up': invariant(
    'no fan is replaced before half of its life is over',
    'early replacement',
    (phase) => total(phase, ({ replacedAt }) => replacedAt.filter((used) => used < 0.5).length),
  ),
  'alarms-bounded': invariant(
    'nobody is called to one oven more than twice in a minute',
    'surplus call',
    (phase) => Math.max(0, mostCalls(phase) - callsAllowed),
  ),
  shipped: usefulWork('sound parts are shipped', 'sound part', soundParts, {
    atLeast: 0.75,
    needs: [
      'alarms',
      'app',
      'card-a',
      'card-b',
      'dispatch',
      'fieldbus',
      'gauge',
      'maintenance',
      'oven',
      'registry',
      'robot',
    ],
  }),
  'commanded-soon': objective(
    'a command rests on a sample that is half a second old at the most',
    ({ measured }) => measured.commandAge.p95,
    {
      atMost: 500,
      unit: 'ms',
      of: 'at the 95th percentile',
      needs: ['app', 'fieldbus', 'oven'],
    },
  ),
});
