import type { Input } from '../../domain.ts';

/**
 * What no rule forbids and no human does: an aim that is too good (statistics) and a rhythm that is too
 * even (behaviour). Neither is a proof. Some people are that good, and so nothing is refused for it:
 * who is conspicuous is reported, and his gains are held until a human has looked.
 */
export interface Patterns {
  /** Takes an action into account; says what is conspicuous about the player, if anything is. */
  conspicuous(input: Input): string | undefined;
  forget(playerId: string): void;
}

interface Record {
  attacks: number;
  sumOfSquares: number;
  pauses: number;
  meanPauseMs: number;
  sumOfSquaredDeviations: number;
  lastMadeAtMs: number | undefined;
}

/**
 * The best honest players have an aim with a standard deviation of about 0.3 degrees. An estimate from
 * n attacks is itself uncertain by 1 / sqrt(2 n), a sixth with sixteen: fewer, or a threshold nearer to
 * 0.3, and good players are accused; a lower one, and careful aimbots get away.
 */
const leastAttacks = 16;
const tooGoodAimDeg = 0.21;

/** People pause with a variation of about 0.6, the evenest with 0.3; a macro is a clock. */
const leastPauses = 30;
const tooEven = 0.18;

export function createPatterns(): Patterns {
  const records = new Map<string, Record>();

  function recordOf(playerId: string): Record {
    let record = records.get(playerId);
    if (record === undefined) {
      record = {
        attacks: 0,
        sumOfSquares: 0,
        pauses: 0,
        meanPauseMs: 0,
        sumOfSquaredDeviations: 0,
        lastMadeAtMs: undefined,
      };
      records.set(playerId, record);
    }
    return record;
  }

  return {
    conspicuous({ playerId, action, madeAtMs }) {
      const record = recordOf(playerId);
      addPause(record, madeAtMs);
      if (action.type === 'attack') {
        record.attacks += 1;
        record.sumOfSquares += action.aimErrorDeg ** 2;
        const aimDeg = Math.sqrt(record.sumOfSquares / record.attacks);
        if (record.attacks >= leastAttacks && aimDeg < tooGoodAimDeg) {
          return `aim of ${aimDeg.toFixed(2)} degrees over ${record.attacks} attacks`;
        }
      }
      if (record.pauses < leastPauses) return undefined;
      const deviationMs = Math.sqrt(record.sumOfSquaredDeviations / (record.pauses - 1));
      const variation = deviationMs / record.meanPauseMs;
      return variation < tooEven
        ? `pauses that vary by ${variation.toFixed(2)} over ${record.pauses} actions`
        : undefined;
    },
    forget(playerId) {
      records.delete(playerId);
    },
  };
}

/** Mean and variance in one pass (Welford 1962). */
function addPause(record: Record, madeAtMs: number): void {
  const { lastMadeAtMs } = record;
  record.lastMadeAtMs = madeAtMs;
  if (lastMadeAtMs === undefined) return;
  const pauseMs = madeAtMs - lastMadeAtMs;
  const deviation = pauseMs - record.meanPauseMs;
  record.pauses += 1;
  record.meanPauseMs += deviation / record.pauses;
  record.sumOfSquaredDeviations += deviation * (pauseMs - record.meanPauseMs);
}
