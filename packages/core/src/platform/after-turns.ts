/** Turns of the event loop in which foreign steps that hung may tell so, when the time of what asked them is over. */
export const turnsToTell = 32

/** Calls a function so many turns of the event loop later; 0 = at once. */
export function afterTurns (turns: number, then: () => void): void {
  if (turns === 0) then()
  else setImmediate(afterTurns, turns - 1, then)
}
