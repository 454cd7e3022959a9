// The gateway of the soak: serves the configuration of its first argument, and tells on request what it holds after a
// garbage collection. Needs --expose-gc and a channel to its parent.
import { createServer, listen, loadConfiguration } from '@floodgate/gateway'

const loaded = await loadConfiguration(process.argv[2])
const app = await createServer(loaded)
process.send({ address: await listen(app, loaded.model, 0) })
process.on('message', async (message) => {
  if (message === 'measure') process.send(measure())
  if (message === 'close') {
    await app.close()
    process.disconnect()
  }
})

function measure () {
  globalThis.gc()
  globalThis.gc()
  const { heapUsed, external, rss } = process.memoryUsage()
  const resources = process.getActiveResourcesInfo()
  const sockets = resources.filter((name) => /^T(?:CPSocket|LS)Wrap$/.test(name)).length
  const timers = resources.filter((name) => name === 'Timeout').length
  return { heapUsed, external, rss, sockets, timers }
}
