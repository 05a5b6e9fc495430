import { type Bug, onDatabase, onGateways } from './plant.ts';

const on = { settings: { settlement: true } } as const;

/** Bugs in what is made of the acquirers' files. */
export const settlementBugs: readonly Bug[] = [
  onDatabase(
    {
      ...on,
      name: 'file-settled-twice',
      flaw: 'whether a file was settled is known by when it came, and not by what it is',
      breaks: ['no-aged-breaks', 'no-false-breaks', 'paid-out-once'],
    },
    ({ settleFile, settlementBooks }) => {
      let times = 0;
      return {
        settlementBooks: async (input, options) => {
          const { charges } = await settlementBooks(input, options);
          return { files: [], charges: charges.map((each) => ({ ...each, isPaidOut: false })) };
        },
        settleFile(file, options) {
          times += 1;
          return settleFile({ ...file, fileId: `${file.fileId} of ${times}` }, options);
        },
      };
    },
  ),
  onGateways(
    {
      ...on,
      name: 'lines-seen-once',
      flaw: 'lines are read into a map by their reference, and what comes twice is there once',
      breaks: ['breaks-found'],
    },
    ({ settlementFiles }) => ({
      settlementFiles: async (input, options) => {
        const files = await settlementFiles(input, options);
        return files.map((file) => ({
          ...file,
          lines: [...new Map(file.lines.map((line) => [line.ref, line])).values()],
        }));
      },
    }),
  ),
  onDatabase(
    {
      ...on,
      name: 'late-line-closes-nothing',
      flaw: 'a line that comes late is paid out, and its difference stays open',
      breaks: ['no-aged-breaks'],
    },
    ({ settleFile }) => ({
      settleFile: async ({ payouts, ...file }, options) => {
        await settleFile({ ...file, payouts, closes: false }, options);
        return { ok: true };
      },
    }),
  ),
];
