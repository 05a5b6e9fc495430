import {
  type AntiCheat,
  type Context,
  createGame,
  createPatterns,
  type CreateSystem,
  hardenedParts,
  isPossible,
  maxAttacksPerSecond,
  maxSpeedMPerS,
  type Offence,
  type ReceivedInput,
  reports,
  stepLengthM,
  type Suspicion,
} from '#gaming-platform';

/** Longer than a client keeps silent without giving up its connection. */
const savedForS = 15;

/** One offence may be a defect of a client; three are none. */
const offencesToReport = 3;

/**
 * Two budgets that fill up with time, metres and blows, and save up for as long as a connection may be
 * silent: whoever comes out of a tunnel has seconds of honest actions arrive at once. What goes beyond
 * has no honest explanation and is refused; what is only strange is reported, and never refused.
 */
function createAntiCheat({ telemetry, outside }: Context): AntiCheat {
  const patterns = createPatterns();
  const budgets = new Map<string, { atMs: number; metres: number; blows: number }>();
  const offences = new Map<string, number>();

  function budgetOf(playerId: string, nowMs: number) {
    const full = { metres: savedForS * maxSpeedMPerS, blows: savedForS * maxAttacksPerSecond };
    const budget = budgets.get(playerId) ?? { atMs: nowMs, ...full };
    const seconds = (nowMs - budget.atMs) / 1_000;
    budget.metres = Math.min(full.metres, budget.metres + seconds * maxSpeedMPerS);
    budget.blows = Math.min(full.blows, budget.blows + seconds * maxAttacksPerSecond);
    budget.atMs = nowMs;
    budgets.set(playerId, budget);
    return budget;
  }

  function offenceOf({ playerId, action, receivedAtMs }: ReceivedInput): Offence | undefined {
    if (!isPossible(action)) return 'impossible';
    const budget = budgetOf(playerId, receivedAtMs);
    if (action.type === 'move') {
      const lengthM = stepLengthM(action);
      if (lengthM > budget.metres) return 'too fast';
      budget.metres -= lengthM;
    } else if (action.type === 'attack') {
      if (budget.blows < 1) return 'too many blows';
      budget.blows -= 1;
    }
    return undefined;
  }

  function offended(playerId: string, offence: Offence): Suspicion | undefined {
    const times = (offences.get(playerId) ?? 0) + 1;
    offences.set(playerId, times);
    telemetry.count(reports.actionsRefused);
    if (times < offencesToReport) return undefined;
    return { playerId, evidence: `${times} offences, the last: ${offence}` };
  }

  return {
    examine(input) {
      outside.cpu.check(1);
      const { playerId } = input;
      const evidence = patterns.conspicuous(input);
      const offence = offenceOf(input);
      if (offence !== undefined) return { offence, suspicion: offended(playerId, offence) };
      return { offence, suspicion: evidence === undefined ? undefined : { playerId, evidence } };
    },
    forget(playerId) {
      patterns.forget(playerId);
      budgets.delete(playerId);
      offences.delete(playerId);
    },
  };
}

export const create: CreateSystem = (context) =>
  createGame(context, { ...hardenedParts, createAntiCheat });
