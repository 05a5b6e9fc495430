import type { Category, Channel } from './routing.ts';
import type { Ledger, User } from './services.ts';

/** What the world draws, and the judge's own, simple way to say what is due to a user. */

interface Draws {
  readonly chance: (probability: number) => boolean;
  readonly integer: (lowest: number, highest: number) => number;
}

/** Users with their wishes: some an hour east, where it is early; some blocked, some with dead addresses. */
export function createUsers(
  count: number,
  random: Draws,
): Pick<Ledger, 'users' | 'blockedSince' | 'dead'> {
  const users = new Map<string, User>();
  const blockedSince = new Map<string, number>();
  const dead = new Set<string>();
  for (let index = 0; index < count; index += 1) {
    const addresses = {
      email: `${index}@example.test`,
      sms: `+49-555-${index}`,
      push: `device-${index}`,
    };
    const all = (['email', 'sms', 'push'] as const).filter(() => random.chance(0.6));
    users.set(`user-${index}`, {
      preferences: {
        channels: all.length > 0 ? all : ['email'],
        wantsMarketing: random.chance(0.8),
        quiet: { fromHour: 22, toHour: 7 },
        offsetHours: random.chance(0.25) ? 1 : 4,
      },
      addresses,
    });
    if (random.chance(0.05)) blockedSince.set(addresses.sms, -60_000);
    if (random.chance(0.04)) dead.add(addresses.email);
  }
  return { users, blockedSince, dead };
}

/** Channels over which a user has to be told. */
export function dueChannels(category: Category, { preferences }: User): readonly Channel[] {
  if (category === 'critical') return ['email', 'sms', 'push'];
  return category === 'marketing' && !preferences.wantsMarketing ? [] : preferences.channels;
}

/** Whether it is between ten in the evening and seven in the morning where the user lives. */
export function isQuiet(atMs: number, { preferences }: User): boolean {
  const hour = new Date(atMs + preferences.offsetHours * 3_600_000).getUTCHours();
  return hour >= 22 || hour < 7;
}
