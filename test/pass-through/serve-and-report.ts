import type { Subject } from './subject.ts'

/** Serves the origin in `argv` in this process, and sends the memory that it takes when asked, so that it can be measured. */
export async function serveAndReport (startGateway: Subject['startGateway']): Promise<void> {
  const { url } = await startGateway({ teardown () {} }, {
    origin: process.argv[2]!,
    routes: [{ timeout: 120_000 }, { method: 'POST', timeout: 120_000 }]
  })
  let most = 0
  setInterval(() => { most = Math.max(most, process.memoryUsage.rss()) }, 20)
  process.on('message', () => {
    const rss = process.memoryUsage.rss()
    process.send!({ most: Math.max(most, rss), rss })
    most = 0
  })
  // It goes with the tests, however they end.
  process.on('disconnect', () => { process.exit() })
  process.send!({ url })
}
