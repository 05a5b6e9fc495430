import type { Planted } from '@firedrill/core/scenario/contract';
import {
  hardenedParts,
  type Parts,
  startProgram,
} from '../../src/implementations/hardened/program.ts';
import type { ClinicSystem, Context, Outside } from '../../src/system.ts';
import type { Clinics } from '../../src/types.ts';

export type Bug = Planted<Clinics>;

/** Planted systems come after every week in a table. */
const week = 80;

type Told = Omit<Bug, 'week' | 'create'>;

/** The hardened platform with some of its parts replaced. */
export const withParts = (
  told: Told,
  replace: (parts: Parts, context: Context) => Partial<Parts>,
): Bug => ({
  ...told,
  week,
  create: (context) =>
    startProgram(context, { ...hardenedParts, ...replace(hardenedParts, context) }),
});

/** The hardened platform in a world that is wired a little wrong. */
export const wired = (told: Told, change: (outside: Outside) => Partial<Outside>): Bug => ({
  ...told,
  week,
  create: (context) =>
    startProgram(
      { ...context, outside: { ...context.outside, ...change(context.outside) } },
      hardenedParts,
    ),
});

/** The hardened platform behind something that changes what is asked of it. */
export const behind = (
  told: Told,
  change: (clinic: ClinicSystem, context: Context) => Partial<ClinicSystem>,
): Bug => ({
  ...told,
  week,
  create(context) {
    const clinic = startProgram(context, hardenedParts);
    return { ...clinic, ...change(clinic, context) };
  },
});
