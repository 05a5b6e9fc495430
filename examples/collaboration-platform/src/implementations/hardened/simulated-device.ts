import type { PageDevice } from '../../world/devices.ts';
import type { AppDevice } from './app.ts';

/**
 * The simulated device as an app has it. What is not confirmed stays on the device until it is; all else
 * is with the server.
 */
export const appDeviceOf = (device: PageDevice): AppDevice => ({
  get person() {
    return device.person;
  },
  connect: () => device.connect(),
  onOverruled: device.overruled,
  refused: (editIds) => device.refused(editIds),
  get onOnline() {
    return device.onOnline;
  },
  set onOnline(listener) {
    device.onOnline = listener;
  },
  storage: {
    isWhole: false,
    get kept() {
      return device.storage.read();
    },
    keep(kept) {
      if (kept.stamp !== undefined) device.storage.add(kept);
    },
    settled: () => device.storage.clear(),
    clear: () => device.storage.clear(),
  },
});
