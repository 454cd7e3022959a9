/** Turns of the event loop after a deadline in which external steps that hang may still report so. */
export const turnsToReport = 32

/** Calls a function after this number of turns of the event loop; 0 = immediately. */
export function afterTurns (turns: number, then: () => void): void {
  if (turns === 0) then()
  else setImmediate(afterTurns, turns - 1, then)
}
