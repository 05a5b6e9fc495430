import type { RecipeContext, ShopStore } from '../recipe.ts';
import { pause } from '../until.ts';
import { bucketMap, holders, shares } from './bucket-map.ts';

/** Says who holds which buckets whenever that has changed, until the recipe ends. */
export interface HolderWatch {
  /** Who held each bucket when it looked last; empty before that. */
  readonly owners: readonly (string | undefined)[];
  /** Looks now, beside its own pace of every 50 ms. */
  look(): Promise<void>;
}

/** @param prefix what stands before each line, e.g. the time */
export function watchHolders(
  { out, onEnd }: Pick<RecipeContext<unknown>, 'out' | 'onEnd'>,
  store: ShopStore,
  {
    projection,
    prefix = () => '',
  }: { readonly projection: string; readonly prefix?: () => string },
): HolderWatch {
  const ended = new AbortController();
  let before = '';
  let owners: readonly (string | undefined)[] = [];
  async function look(): Promise<void> {
    owners = await holders(store, projection);
    const map = bucketMap(owners);
    if (map !== before) out.line(`${prefix()}${map}  ${shares(owners)}`);
    before = map;
  }
  async function watch(): Promise<void> {
    while (!ended.signal.aborted) {
      await look();
      await pause(50, ended.signal);
    }
  }
  const watching = watch();
  onEnd(() => {
    ended.abort();
    return watching;
  });
  return {
    look,
    get owners() {
      return owners;
    },
  };
}
