/** The clocks of two processes may differ by so much, and no end is sharper than that, in ms. */
export const clocksMs = 35_000;
