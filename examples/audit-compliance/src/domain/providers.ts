/** How long a visit takes, and how far apart they begin, in ms. */
export const visitMs = 1_800_000;

/** Hours of a night on duty, by the clock on the wall: from the evening to the next morning. */
export const dutyHours = { from: '22:00', to: '06:00' } as const;
