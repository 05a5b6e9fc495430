/** Gas constant, in J/(mol K). */
const gasConstant = 8.314;

/** From the data sheet of the adhesive: 0.2 a second at 180 °C, and an activation energy of 70 kJ/mol. */
const sheet = { atC: 180, perSecond: 0.2, activation: 70_000 };

/** How fast it cures, per second: first order, after Arrhenius. @param tempC in °C */
export function cureRate(tempC: number): number {
  const inverse = 1 / (tempC + 273.15) - 1 / (sheet.atC + 273.15);
  return sheet.perSecond * Math.exp((-sheet.activation / gasConstant) * inverse);
}

/** Degree of cure, 0 to 1, after the rates of all seconds add up to `dose`. */
export const degreeOfCure = (dose: number): number => 1 - Math.exp(-dose);
/** The dose that cures as far as that. */
export const doseFor = (degree: number): number => -Math.log(1 - degree);
