import type { ReceivedInput, Suspicion } from '../../domain.ts';
import { reports } from '../../reports.ts';
import type { Context } from '../../system.ts';
import { createPatterns } from './patterns.ts';
import { createRules, type Offence } from './rules.ts';

/** Looks at every action before it becomes part of the state. */
export interface AntiCheat {
  examine(input: ReceivedInput): Finding;
  /** The player has left. */
  forget(playerId: string): void;
}

export interface Finding {
  /** The action must not be applied. Certain: no honest player is ever refused. */
  readonly offence: Offence | undefined;
  /** The player should be looked at by a human. Not certain: nothing is refused for it. */
  readonly suspicion: Suspicion | undefined;
}

/** Offences after which a player is reported. */
const offencesToReport = 3;

export function createAntiCheat({ telemetry, outside }: Context): AntiCheat {
  const { cpu } = outside;
  const rules = createRules();
  const patterns = createPatterns();
  const offences = new Map<string, number>();

  function offended(playerId: string, offence: Offence): Suspicion | undefined {
    const times = (offences.get(playerId) ?? 0) + 1;
    offences.set(playerId, times);
    telemetry.count(reports.actionsRefused);
    if (times < offencesToReport) return undefined;
    return { playerId, evidence: `${times} offences, the last: ${offence}` };
  }

  return {
    examine(input) {
      cpu.check(1);
      const { playerId } = input;
      const evidence = patterns.conspicuous(input);
      const offence = rules.offence(input);
      if (offence !== undefined) return { offence, suspicion: offended(playerId, offence) };
      return evidence === undefined ? clean : { offence, suspicion: { playerId, evidence } };
    },
    forget(playerId) {
      rules.forget(playerId);
      patterns.forget(playerId);
      offences.delete(playerId);
    },
  };
}

const clean: Finding = { offence: undefined, suspicion: undefined };
