import { visitRules, type VisitRules } from '../../src/implementations/hardened/providers.ts';
import { type Bug, withParts } from './plant.ts';

const settings = { providers: true };

/** The hardened platform with some of its rules of visits replaced. */
const withRules = (
  told: Omit<Parameters<typeof withParts>[0], 'settings'>,
  replaced: Partial<VisitRules>,
): Bug =>
  withParts({ ...told, settings }, ({ createVisits }) => ({
    createVisits: (store, directory, reminderMs) =>
      createVisits(store, directory, reminderMs, { ...visitRules, ...replaced }),
  }));

const minuteOf = (time: string): string => time.slice(0, 16);

/** Bugs in visits with providers, most of which show in two nights of a year. */
export const visitBugs: readonly Bug[] = [
  withRules(
    {
      name: 'offset-of-the-season',
      flaw: 'times are told with the offset that the zone has in winter',
      breaks: ['time-of-the-visit', 'visits-offered'],
    },
    {
      textAt(atMs, zone) {
        const winter = visitRules.textAt(Date.UTC(2027, 0, 1), zone).slice(-6);
        const local = new Date(atMs + 3_600_000 * Number(winter.slice(0, 3))).toISOString();
        return `${local.slice(0, 10)} ${local.slice(11, 16)} ${winter}`;
      },
    },
  ),
  withRules(
    {
      name: 'counted-on-the-dial',
      flaw: 'a night has sixteen half hours, as the dial has: one that no clock shows, and of those shown twice the first',
      breaks: ['visits-offered'],
    },
    {
      visitsOf(date, zone, hours) {
        const [firstMs = 0] = visitRules.visitsOf(date, zone, hours);
        const evening = visitRules.instantsOf(`${date} 22:00`, zone)[0] ?? firstMs;
        const asIfUtcMs = Date.parse(`${date}T22:00:00Z`);
        return Array.from({ length: 16 }, (_, index) => {
          const dial = new Date(asIfUtcMs + index * hours.eachMs).toISOString().replace('T', ' ');
          return visitRules.instantsOf(minuteOf(dial), zone)[0] ?? evening + index * hours.eachMs;
        });
      },
    },
  ),
  withRules(
    {
      name: 'first-of-two',
      flaw: 'of an hour that comes twice the first is taken, and nobody is asked which one they mean',
      breaks: ['visits-offered'],
    },
    { instantsOf: (...args) => visitRules.instantsOf(...args).slice(0, 1) },
  ),
  withRules(
    {
      name: 'moved-behind-the-gap',
      flaw: 'a time that no clock shows is an hour later, as libraries have it unless they are told otherwise',
      breaks: ['visits-offered'],
    },
    {
      instantsOf(time, zone) {
        const found = visitRules.instantsOf(time, zone);
        if (found.length > 0) return found;
        const later = Date.parse(`${time.replace(' ', 'T')}:00Z`) + 3_600_000;
        return visitRules.instantsOf(
          minuteOf(new Date(later).toISOString().replace('T', ' ')),
          zone,
        );
      },
    },
  ),
  withRules(
    {
      name: 'taken-by-the-dial',
      flaw: 'a time is taken when the dial shows the same: the second hour of two is kept back',
      breaks: ['visits-offered'],
    },
    {
      isTaken: (visits, atMs) =>
        visits.some((each) => {
          const dials = [each.atMs, atMs].map((at) =>
            minuteOf(visitRules.textAt(at, 'America/New_York')),
          );
          return dials[0] === dials[1];
        }),
    },
  ),
  withRules(
    {
      name: 'told-by-the-clock-of-the-provider',
      flaw: "a reminder says the time of the provider's clinic to whoever sits in another zone",
      breaks: ['time-of-the-visit'],
    },
    { clinicOf: (_patient, { clinic }) => clinic },
  ),
  withParts(
    {
      name: 'visits-remembered',
      flaw: 'each process remembers for two minutes who sees a provider when, and writes without a look',
      breaks: ['provider-seen-by-one', 'visits-offered'],
      settings,
    },
    ({ createVisits }) => ({
      createVisits(store, directory, reminderMs) {
        const known = new Map<string, { readonly atMs: number; readonly past: unknown }>();
        const remembering: typeof store = {
          ...store,
          async readStream(stream) {
            const found = known.get(stream.id);
            if (found !== undefined && Date.now() < found.atMs + 120_000) {
              // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what was read before
              return found.past as never;
            }
            const past = await store.readStream(stream);
            known.set(stream.id, { atMs: Date.now(), past });
            return past;
          },
        };
        const rules = { ...visitRules, expects: () => 'any' as const };
        const hasty = createVisits(remembering, directory, reminderMs, rules);
        return {
          ...createVisits(store, directory, reminderMs),
          schedule: (request) => hasty.schedule(request),
        };
      },
    }),
  ),
];
