import { type Bug, withParts } from './plant.ts';

const settings = { examine: true };

/** Bugs in who goes through the log, and what is made of it. */
export const examineBugs: readonly Bug[] = [
  withParts(
    {
      name: 'only-denials-examined',
      flaw: 'whoever goes through the log looks at what was refused, and not at what was shown',
      breaks: ['snoopers-found'],
      settings,
    },
    ({ createExaminer }) => ({
      createExaminer: (store, knowledge) =>
        createExaminer(
          {
            ...store,
            async readAll(options) {
              const page = await store.readAll(options);
              return {
                ...page,
                events: page.events.filter(({ type }) => type !== 'access.granted'),
              };
            },
          },
          knowledge,
        ),
    }),
  ),
  withParts(
    {
      name: 'counts-visits-of-the-same',
      flaw: 'patients and people are counted for each person and patient together, and so never add up',
      breaks: ['snoopers-found'],
      settings,
    },
    ({ createExaminer }) => ({
      createExaminer: (store, knowledge) =>
        createExaminer(
          {
            ...store,
            async readAll(options) {
              const page = await store.readAll(options);
              return {
                ...page,
                // Each access is read as that of a person and of a patient of its own.
                events: page.events.map((event) =>
                  event.type === 'access.granted'
                    ? {
                        ...event,
                        data: {
                          ...event.data,
                          staffId: `${event.data.staffId} ${event.data.patientId}`,
                          patientId: `${event.data.patientId} ${event.data.staffId}`,
                        },
                      }
                    : event,
                ),
              };
            },
          },
          {
            treats: (pair) => knowledge.treats(...bothOf(pair)),
            isNear: (pair) => knowledge.isNear(...bothOf(pair)),
          },
        ),
    }),
  ),
  withParts(
    {
      name: 'lists-of-the-wards-not-asked',
      flaw: 'nobody asks who treats whom, and so everybody is a stranger to everybody',
      breaks: ['honest-not-suspected'],
      settings,
    },
    ({ createExaminer }) => ({
      createExaminer: (store, knowledge) =>
        createExaminer(store, { ...knowledge, treats: () => false }),
    }),
  ),
];

/** `nurse-1 patient-7` names two. */
function bothOf(pair: string): [staffId: string, patientId: string] {
  const [staffId = '', patientId = ''] = pair.split(' ');
  return [staffId, patientId];
}
