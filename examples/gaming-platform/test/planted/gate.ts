import { maxStepM, stepLengthM } from '../../src/domain.ts';
import { hardened } from '../../src/implementations/5-hardened.ts';
import { hardenedParts } from '../../src/implementations/hardened/game.ts';
import { type Bug, connected, rebuilt, week, wired } from './plant.ts';

/** Bugs in what is taken from players, and in what they are told. */
export const gateBugs: readonly Bug[] = [
  wired(
    {
      name: 'one-input-a-tick',
      flaw: 'of two inputs of a player in one tick, the first is forgotten',
      breaks: [
        'honest-state',
        'leaderboard-exact',
        'leaderboard-soon',
        'near-is-seen',
        'no-lost-reward',
        'only-optional-shed',
        'far-is-unseen',
        'rewards-soon',
      ],
    },
    ({ gate }) => ({
      gate: {
        ...gate,
        take: () => [...new Map(gate.take().map((input) => [input.playerId, input])).values()],
      },
    }),
  ),
  wired(
    {
      name: 'too-long-is-shortened',
      flaw: 'a step that is too long is shortened, and not refused',
      breaks: ['no-impossible-action'],
    },
    ({ gate }) => ({
      gate: {
        ...gate,
        take: () =>
          gate.take().map((input) => {
            const { action } = input;
            if (action.type !== 'move') return input;
            const factor = Math.min(1, maxStepM / stepLengthM(action)) * 0.999_999;
            return factor > 0.999
              ? input
              : { ...input, action: { ...action, dx: action.dx * factor, dy: action.dy * factor } };
          }),
      },
    }),
  ),
  {
    name: 'range-a-little-short',
    week,
    flaw: 'who comes near is told of it two metres too late',
    breaks: ['near-is-seen'],
    create: (context) =>
      hardened.create({
        ...context,
        settings: { ...context.settings, interestM: context.settings.interestM - 2 },
      }),
  },
  {
    name: 'range-too-long',
    week,
    flaw: 'everybody is told of those who are a few metres too far away to be seen',
    breaks: ['far-is-unseen'],
    create: (context) =>
      hardened.create({
        ...context,
        settings: { ...context.settings, interestM: context.settings.interestM + 8 },
      }),
  },
  connected(
    {
      name: 'blows-are-not-told',
      flaw: 'who stands still and strikes is not seen to strike',
      breaks: ['acts-are-seen'],
    },
    (connection) => (update) => {
      if (update.kind !== 'acted') connection.tell(update);
    },
  ),
  rebuilt(
    {
      name: 'banned-plays-on',
      flaw: 'a ban takes what a player has gained, and nobody throws him out',
      breaks: ['banned-are-out'],
    },
    {
      createSuspects: (context, followUps) =>
        hardenedParts.createSuspects(context, followUps, (playerId) =>
          followUps.playerBanned(playerId),
        ),
    },
  ),
  rebuilt(
    {
      name: 'fast-is-reported-only',
      flaw: 'who is too fast is reported, and what he does becomes state all the same',
      breaks: ['no-impossible-action'],
    },
    {
      createAntiCheat(context) {
        const antiCheat = hardenedParts.createAntiCheat(context);
        return {
          ...antiCheat,
          examine(input) {
            const { offence, suspicion } = antiCheat.examine(input);
            return { offence: offence === 'impossible' ? offence : undefined, suspicion };
          },
        };
      },
    },
  ),
  connected(
    {
      name: 'leaving-is-not-told',
      flaw: 'who is told of a player is not told that he has left',
      breaks: ['acts-are-seen', 'banned-are-out', 'far-is-unseen', 'leavers-vanish'],
    },
    (connection) => (update) => {
      if (update.kind !== 'left') connection.tell(update);
    },
  ),
  connected(
    {
      name: 'known-for-ever',
      flaw: 'who was told of a player once is not told again when he comes back',
      breaks: ['near-is-seen'],
    },
    (connection) => {
      const known = new Set<string>();
      return (update) => {
        if (update.kind === 'full') {
          const { playerId } = update.state;
          if (known.has(playerId)) return;
          known.add(playerId);
        }
        connection.tell(update);
      };
    },
  ),
  wired(
    {
      name: 'long-message-cut-off',
      flaw: 'a message to a player has room for so many updates, and the rest is forgotten',
      breaks: ['near-is-seen', 'acts-are-seen', 'far-is-unseen'],
    },
    ({ gate }) => {
      let told = new Map<string, number>();
      return {
        gate: {
          ...gate,
          connect(playerId) {
            const connection = gate.connect(playerId);
            return {
              tell(update) {
                const times = (told.get(playerId) ?? 0) + 1;
                told.set(playerId, times);
                if (times <= 4) connection.tell(update);
              },
            };
          },
          flush() {
            told = new Map();
            gate.flush();
          },
        },
      };
    },
  ),
];

/** Bugs in what becomes of honest players who are suspected: with seed 1 nobody is. */
export const elusiveGateBugs: readonly Bug[] = [
  wired(
    {
      name: 'banned-before-the-verdict',
      flaw: 'who is suspected is thrown out, and the moderators are not waited for',
      breaks: ['leaderboard-exact', 'cases-closed'],
    },
    ({ verdicts, moderation }) => {
      type Handler = Parameters<typeof verdicts.onMessage>[0];
      let hear: Handler | undefined;
      return {
        verdicts: {
          ...verdicts,
          onMessage(handler) {
            hear = handler;
            return verdicts.onMessage(handler);
          },
        },
        moderation: {
          async report(suspicion, options) {
            const answer = await moderation.report(suspicion, options);
            hear?.({ playerId: suspicion.playerId, isCheater: true });
            return answer;
          },
        },
      };
    },
  ),
  wired(
    {
      name: 'cleared-is-not-heard',
      flaw: 'only the verdicts against a player are heard, and who is cleared waits for ever',
      breaks: ['honest-state', 'leaderboard-exact', 'nothing-left-behind', 'cases-closed'],
    },
    ({ verdicts }) => ({
      verdicts: {
        ...verdicts,
        onMessage: (handler) =>
          verdicts.onMessage((verdict) => (verdict.isCheater ? handler(verdict) : undefined)),
      },
    }),
  ),
];
