import { type Client, withTimeout } from '@firedrill/core/services';
import type { Post } from './flow.ts';
import { filterFinding } from './policy.ts';
import type { ModerationServices } from './services.ts';

type Outside = {
  readonly [Name in keyof ModerationServices]: Client<ModerationServices[Name]['operations']>;
};

/**
 * The same in an afternoon: one line for all in memory, one reviewer each, the new threshold at once;
 * whoever gets no answer removes to be safe, and an appeal goes to the same reviewer again.
 */
export function naiveModeration({ model, reviewers, platform, authors, report }: Outside) {
  const line: (() => Promise<void>)[] = [];
  const open = new Set<Promise<void>>();
  let workers = 0;
  let letters = 0;

  async function decide(post: Post, round: number): Promise<void> {
    const { id, text, author } = post;
    let isRemoved = filterFinding(text) !== undefined;
    let by = 'model';
    if (!isRemoved) {
      const { score } = await withTimeout(model, 1_500).score({ id, text });
      isRemoved = score >= 0.9;
      if (!isRemoved && score >= 0.5) {
        by = 'reviewers';
        try {
          const asked = { post: id, panel: 'first', seat: 0 } as const;
          isRemoved = (await withTimeout(reviewers, 10_000).vote(asked)).removes;
        } catch {
          isRemoved = true;
        }
      }
    }
    await withTimeout(platform, 1_500).set({ post: id, round, isRemoved, by });
    if (isRemoved || round > 1) {
      for (let tries = 0; tries < 3; tries += 1) {
        letters += 1;
        try {
          const letter = { key: `letter-${letters}`, post: id, author, round, text: 'decided' };
          await withTimeout(authors, 500).tell(letter);
          break;
        } catch {
          // Once more.
        }
      }
    }
    await withTimeout(report, 500).enter({ post: id, round, isRemoved, by, why: 'policy' });
  }

  async function pump(): Promise<void> {
    for (let next = line.shift(); next !== undefined; next = line.shift()) {
      await next().catch(() => {});
    }
  }

  return {
    take(post: Post, round: number): void {
      line.push(() => decide(post, round));
      if (workers >= 8) return;
      workers += 1;
      const work = pump().finally(() => {
        workers -= 1;
        open.delete(work);
      });
      open.add(work);
    },
    async onIdle(): Promise<void> {
      while (open.size > 0) await Promise.all(open);
    },
  };
}
