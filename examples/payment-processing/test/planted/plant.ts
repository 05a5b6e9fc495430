import type { Planted } from '@firedrill/core/scenario/contract';
import type { Fault } from '@firedrill/core/services';
import { hardened } from '../../src/implementations/5-hardened.ts';
import type { Context, Outside } from '../../src/system.ts';
import type { Payments } from '../../src/types.ts';

export type Bug = Planted<Payments>;

export type Told = Omit<Bug, 'week' | 'create'>;

/** Planted systems come after every week in a table. */
export const week = 80;

export const minute = 60_000;

/** The hardened platform on a world that is wired a little wrong. */
export const wired = (
  told: Told,
  change: (outside: Outside, context: Context) => Partial<Outside>,
): Bug => ({
  ...told,
  week,
  create: (context) =>
    hardened.create({
      ...context,
      outside: { ...context.outside, ...change(context.outside, context) },
    }),
});

/** The hardened platform on a database whose statements are a little otherwise. */
export const onDatabase = (
  told: Told,
  change: (database: Outside['database']) => Partial<Outside['database']>,
): Bug => wired(told, ({ database }) => ({ database: { ...database, ...change(database) } }));

type Gateway = Outside['gateways']['us'];

/** The hardened platform on gateways that are called a little otherwise. */
export function onGateways(told: Told, change: (gateway: Gateway) => Partial<Gateway>): Bug {
  const changed = (gateway: Gateway): Gateway => ({ ...gateway, ...change(gateway) });
  return wired(told, ({ gateways: { us, eu, apac } }) => ({
    gateways: { us: changed(us), eu: changed(eu), apac: changed(apac) },
  }));
}

/** The platform is gone for three seconds again and again, in the middle of the rush. */
export const crashes: readonly Fault[] = [20, 21, 22, 23, 24].map((at) => ({
  kind: 'crash',
  service: 'app',
  fromMs: at * minute,
  toMs: at * minute + 3_000,
}));
