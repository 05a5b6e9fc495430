import type { Random } from '@firedrill/core/simulation';
import type { Request } from '../domain.ts';
import type { Care } from '../services/care.ts';
import type { Clinic } from '../services/clinic.ts';

/**
 * What was planted: people of the right role, in the right clinic, with the right purpose, and no reason.
 * `borrowed-login` was kept from the choice of the weights; `acquaintance` looks once, and nothing shows it.
 */
export const curiousKinds = [
  'sweep',
  'celebrity',
  'neighbour',
  'borrowed-login',
  'acquaintance',
] as const;
export type CuriousKind = (typeof curiousKinds)[number];

/** Of all visits, so many are planted: many times what there is, or a storm would hold none. */
const shares: Readonly<Record<CuriousKind, number>> = {
  sweep: 0.015,
  celebrity: 0.015,
  neighbour: 0.01,
  'borrowed-login': 0.006,
  acquaintance: 0.004,
};

/** Somebody who is known from the news was admitted in the morning. */
const celebrityAt = 0;

/** Of the honest who treat, so many stand in for a colleague. */
const standInShare = 0.02;

type Looking = Pick<Request, 'staffId' | 'patientId'>;

/** Somebody who looks at a patient without a reason. */
export interface Snooper extends Looking {
  readonly kind: CuriousKind;
}

export interface Curious {
  /** Draws a snooper, or nobody: who comes then is whoever the storm has drawn. */
  snooper(): Snooper | undefined;
  /** Somebody who treats this patient, or stands in. */
  honest(patientId: string, role: 'physician' | 'nurse'): { readonly id: string };
}

export function createCurious({ patients, team }: Clinic, care: Care, random: Random): Curious {
  const nurses = team.filter(({ role }) => role === 'nurse');
  const sweeper = random.pick(nurses);
  const borrowed = random.pick(nurses.filter((each) => each !== sweeper));
  const neighbours = patients.flatMap(({ id: patientId }) =>
    care
      .strangersTo(patientId)
      .filter(({ id }) => care.isNear(id, patientId))
      .map(({ id: staffId }): Looking => ({ staffId, patientId })),
  );

  /** Anybody whom this nurse does not treat, of the same clinic. */
  function strangerOf(nurse: { readonly id: string; readonly clinic: string }): Looking {
    const all = patients.filter(
      ({ id, clinic }) => clinic === nurse.clinic && !care.treats(nurse.id, id),
    );
    return { staffId: nurse.id, patientId: random.pick(all).id };
  }

  function look(kind: CuriousKind): Looking {
    if (kind === 'sweep') return strangerOf(sweeper);
    if (kind === 'borrowed-login') return strangerOf(borrowed);
    if (kind === 'neighbour' && neighbours.length > 0) return random.pick(neighbours);
    const patientId = (kind === 'celebrity' ? patients[celebrityAt] : random.pick(patients))?.id;
    if (patientId === undefined) return strangerOf(sweeper);
    return { staffId: random.pick(care.strangersTo(patientId)).id, patientId };
  }

  return {
    snooper() {
      let draw = random.next();
      for (const kind of curiousKinds) {
        draw -= shares[kind];
        if (draw < 0) return { kind, ...look(kind) };
      }
      return undefined;
    },
    honest(patientId, role) {
      const strangers = care.strangersTo(patientId).filter((each) => each.role === role);
      const from = random.chance(standInShare) ? strangers : care.teamOf(patientId, role);
      return random.pick(from);
    },
  };
}
