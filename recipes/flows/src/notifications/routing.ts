/** The domain of notifications: pure functions over plain data. */

export const channels = ['email', 'sms', 'push'] as const;
export type Channel = (typeof channels)[number];

/** `critical` goes out at any hour and over every channel that there is; the others as the user wishes. */
export type Category = 'critical' | 'transactional' | 'marketing';

/** What somebody asks to be sent. */
export interface Request {
  readonly id: string;
  readonly userId: string;
  readonly category: Category;
  readonly template: string;
  readonly values: Readonly<Record<string, string>>;
}

/** What a user has chosen. Hours are of the user's own day. */
export interface Preferences {
  readonly channels: readonly Channel[];
  readonly wantsMarketing: boolean;
  /** From when to when nothing but what is critical may disturb: 22 to 7, say. */
  readonly quiet: { readonly fromHour: number; readonly toHour: number };
  /** Ahead of UTC. */
  readonly offsetHours: number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Over which channels a request goes; none when the user does not want it. */
export function routeOf({ category }: Request, preferences: Preferences): readonly Channel[] {
  if (category === 'critical') return channels;
  if (category === 'marketing' && !preferences.wantsMarketing) return [];
  return preferences.channels;
}

/** How far the clock of a machine may be off: nobody is woken because it runs ahead. */
const clockSkewMs = 60_000;

/**
 * How long a message has to wait for the end of the quiet hours, in ms; 0 outside of them. They count a
 * minute longer at both ends.
 */
export function quietForMs(nowMs: number, { quiet, offsetHours }: Preferences): number {
  const { fromHour, toHour } = quiet;
  const lengthMs = ((toHour - fromHour + 24) % 24) * hourMs + 2 * clockSkewMs;
  const local = nowMs + (offsetHours - fromHour) * hourMs + clockSkewMs;
  const sinceMs = ((local % dayMs) + dayMs) % dayMs;
  return sinceMs < lengthMs ? lengthMs - sinceMs : 0;
}

const templates: Readonly<Record<string, Readonly<Record<Channel, string>>>> = {
  alarm: {
    email: 'Security alarm: {what}. If this was not you, lock your account at once.',
    sms: 'ALARM: {what}',
    push: 'Security alarm: {what}',
  },
  parcel: {
    email: 'Good news: {what} is on its way to you.',
    sms: '{what} is on its way',
    push: '{what} is on its way',
  },
  offer: { email: 'Only this week: {what}.', sms: 'This week: {what}', push: 'This week: {what}' },
};

/** The longest text of a channel, in characters. */
const longest: Readonly<Record<Channel, number>> = { email: 10_000, sms: 160, push: 120 };

/** The text for one channel; `undefined` when there is no such template, or a value is missing. */
export function textOf({ template, values }: Request, channel: Channel): string | undefined {
  const pattern = Object.hasOwn(templates, template) ? templates[template]?.[channel] : undefined;
  if (pattern === undefined) return undefined;
  const missing = [...pattern.matchAll(/\{(\w+)\}/g)].some(
    ([, name = '']) => !Object.hasOwn(values, name),
  );
  if (missing) return undefined;
  const text = pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
  return text.length <= longest[channel] ? text : `${text.slice(0, longest[channel] - 1)}…`;
}
