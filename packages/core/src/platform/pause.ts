/**
 * Called between the steps of long work: null = go on, otherwise wait for it, so that requests are served meanwhile.
 *
 * @example await pause()
 */
export type Pause = () => Promise<void> | null

/**
 * Divides long work into slices: after this many ms the event loop has a turn.
 *
 * @param slice longest time without a turn, in ms, beside the longest single step
 */
export function createPause (slice = 8): Pause {
  let begun = performance.now()
  return function pause () {
    if (performance.now() - begun < slice) return null
    return new Promise((resolve) => {
      setImmediate(() => {
        begun = performance.now()
        resolve()
      })
    })
  }
}
