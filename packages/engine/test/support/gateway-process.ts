import { startGateway } from './start-gateway.ts'

// A gateway in a process of its own, so that its memory can be measured: argv = origin.
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
process.send!({ url })
