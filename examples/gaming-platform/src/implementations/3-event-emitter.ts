import type { Implementation } from '@firedrill/core/scenario';
import { type Achievement, achievementsBetween, hasEffect, type Profile } from '../domain.ts';
import type { CreateSystem } from '../system.ts';
import type { Game } from '../types.ts';
import { createAfterthought } from './early/afterthought.ts';
import { createPlainShard } from './early/plain-shard.ts';
import { createSideEffects } from './early/side-effects.ts';
import type { Change } from './shard/arena.ts';

/** What comes with each event, by its name. */
interface Events {
  readonly acted: Change;
  readonly defeated: Change;
  readonly unlocked: { readonly profile: Profile; readonly achievement: Achievement };
}

/**
 * Week 3. Flaw: errors go to a callback that nobody reads, what failed is repeated at once without
 * asking whether it had been done, and the listener for verdicts that each player gets at the login
 * is never removed.
 */
const create: CreateSystem = (context) => {
  const effects = createSideEffects(context.outside);
  const suspicionOf = createAfterthought(context);
  const { telemetry, outside } = context;
  const events = new EventTarget();

  function on<Name extends keyof Events>(
    name: Name,
    listener: (detail: Events[Name]) => void,
  ): void {
    events.addEventListener(name, (event) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one kind of detail a name
      listener((event as CustomEvent<Events[Name]>).detail);
    });
  }
  const emit = (name: string, detail: unknown): void => {
    events.dispatchEvent(new CustomEvent(name, { detail }));
  };

  function again(call: () => Promise<unknown>, triesLeft = 2): void {
    call().then(
      () => undefined,
      (error: unknown) => {
        telemetry.failed(error);
        if (triesLeft > 0) again(call, triesLeft - 1);
      },
    );
  }

  on('acted', (change) => {
    const suspicion = suspicionOf(change);
    if (suspicion !== undefined) again(() => effects.report(suspicion));
  });
  on('acted', (change) => {
    if (!hasEffect(change.input, change.before, change.after)) return;
    again(() => effects.playEffect(change), 0);
  });
  on('defeated', (change) => again(() => effects.addPoints(change)));
  on('defeated', ({ profile, before, after }) => {
    for (const achievement of achievementsBetween(before.defeats, after.defeats)) {
      emit('unlocked', { profile, achievement });
    }
  });
  on('unlocked', ({ profile, achievement }) => {
    again(() => effects.grantReward(profile, achievement));
    again(() => effects.notify(profile, achievement), 0);
  });

  const shard = createPlainShard(context, {
    followUp(change) {
      emit('acted', change);
      if (change.after.defeats > change.before.defeats) emit('defeated', change);
      return undefined;
    },
    save(rows) {
      again(() => effects.saveRows(rows));
      return undefined;
    },
    onJoin({ playerId }) {
      outside.verdicts.onMessage((verdict) => {
        if (verdict.playerId === playerId && verdict.isCheater) outside.gate.kick(playerId);
      });
    },
  });

  return {
    join: (profile) => shard.join(profile),
    close: () => shard.close(),
  };
};

export const eventEmitter: Implementation<Game> = {
  name: 'event-emitter',
  week: 3,
  flaw: 'errors go where nobody looks, listeners leak, what failed is blindly repeated',
  breaks: [
    'no-double-reward',
    'nothing-for-cheaters',
    'banned-are-out',
    'only-optional-shed',
    'no-impossible-action',
    'far-is-unseen',
    'nothing-left-behind',
    'tick-p99',
    'cheaters-caught',
    'honest-left-alone',
  ],
  create,
};
