import { ServiceFailure } from '@firedrill/core/services';
import type { Random } from '@firedrill/core/simulation';
import { open, seal, secretKey, type SecretKey } from '../implementations/hardened/cipher.ts';
import type { WrappedKey } from './records.ts';

/** The vault of the master keys, which never leave it: it wraps and unwraps the keys of patients. */
export interface Kms {
  readonly version: number;
  /** Wraps a data key by the newest master key. */
  wrap(patientId: string, dataKey: SecretKey): WrappedKey;
  /** @throws SealBrokenError when it is another patient's, or was changed. */
  unwrap(patientId: string, key: WrappedKey): SecretKey;
  /** Makes a new master key, unless somebody has done so since version `from`. Gives the newest. */
  rotate(from: number): number;
}

const masterKeyBytes = 32;

export function createKms(random: Random): Kms {
  const masters: SecretKey[] = [];

  function addMaster(): void {
    const master = Buffer.alloc(masterKeyBytes);
    random.fillBytes(master);
    masters.push(secretKey(master));
  }
  addMaster();

  function masterOf(version: number): SecretKey {
    const master = masters[version - 1];
    if (master === undefined) throw new ServiceFailure(404, `there is no master key ${version}`);
    return master;
  }

  return {
    get version() {
      return masters.length;
    },
    wrap(patientId, dataKey) {
      const masterVersion = masters.length;
      return { masterVersion, wrapped: seal(masterOf(masterVersion), patientId, dataKey.export()) };
    },
    unwrap: (patientId, { masterVersion, wrapped }) =>
      secretKey(open(masterOf(masterVersion), patientId, wrapped)),
    rotate(from) {
      if (from === masters.length) addMaster();
      return masters.length;
    },
  };
}
