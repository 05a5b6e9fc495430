import { settle, sleep } from '@firedrill/core/resilience';
import type { Random } from '@firedrill/core/simulation';
import type { Post } from './flow.ts';
import type { ModerationTruth, PostTruth } from './services.ts';

interface Asked {
  /** Takes a post in; may be called again with the same one. */
  readonly publish: (post: Post) => Promise<void>;
  readonly appeal: (post: Post) => Promise<void>;
}

/** Presses until it is taken; who gets an error presses the button again. */
async function press(call: () => Promise<void>): Promise<boolean> {
  for (let tries = 0; tries < 12; tries += 1) {
    const { kind } = await settle(call());
    if (kind === 'success') return true;
    await sleep(2_000);
  }
  return false;
}

/** Most posts are harmless, and the model is mostly right. */
function drawPost(index: number, isViral: boolean, draw: Random): { post: Post; truth: PostTruth } {
  const isBad = draw.chance(0.18);
  const isKnown = isBad && draw.chance(0.25);
  const off = draw.next() * 0.45;
  const score = isBad ? 1 - off : off + (draw.chance(0.12) ? 0.5 : 0);
  const id = `post-${index + 1}`;
  const views = isViral && draw.chance(0.2) ? 5_000 : draw.integer(0, 500);
  const post = {
    id,
    author: `author-${index}`,
    text: isKnown ? 'see hash:c1' : `text ${index}`,
    views,
  };
  return {
    post,
    truth: {
      author: post.author,
      isBad,
      score,
      publishedAtMs: 0,
      isAccepted: false,
      hasAppealed: false,
      isRemoved: false,
      round: 0,
      by: '',
      removedAtMs: undefined,
      seenAtMs: undefined,
      told: new Map(),
      entries: new Map(),
      votes: new Map(),
    },
  };
}

/** One author: publishes, and appeals when told of a removal that is not deserved, or in one of ten. */
export async function publishOne(
  posts: ModerationTruth,
  index: number,
  isViral: boolean,
  elapsedMs: () => number,
  draw: Random,
  { publish, appeal }: Asked,
): Promise<void> {
  const drawn = drawPost(index, isViral, draw);
  const { post } = drawn;
  const truth = { ...drawn.truth, publishedAtMs: elapsedMs() };
  const wantsAppeal = draw.chance(0.1);
  posts.set(post.id, truth);
  truth.isAccepted = await press(() => publish(post));
  if (!truth.isAccepted) return;
  for (let waitedMs = 0; waitedMs < 240_000 && truth.entries.size === 0; waitedMs += 2_000) {
    await sleep(2_000);
  }
  await sleep(5_000);
  if (!truth.told.has(1) || (truth.isBad && !wantsAppeal)) return;
  truth.hasAppealed = await press(() => appeal(post));
}
