/** Tells what this process holds after a garbage collection, in bytes, and its open sockets and timers. Needs --expose-gc. */
export function measure () {
  globalThis.gc()
  globalThis.gc()
  const { heapUsed, external, rss } = process.memoryUsage()
  const resources = process.getActiveResourcesInfo()
  const sockets = resources.filter((name) => /^T(?:CPSocket|LS)Wrap$/.test(name)).length
  const timers = resources.filter((name) => name === 'Timeout').length
  return { heapUsed, external, rss, sockets, timers }
}
