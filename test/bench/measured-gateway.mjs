// A gateway that tells what it holds: serves the configuration of its first argument, and answers its parent's 'measure'
// after a garbage collection. Needs --expose-gc.
import { createServer, listen, loadConfiguration } from '@floodgate/gateway'
import { measure } from './measure.mjs'

const loaded = await loadConfiguration(process.argv[2])
const app = await createServer(loaded)
const address = await listen(app, loaded.model, 0)
process.send({ address })
process.on('message', async (message) => {
  if (message === 'measure') process.send(measure())
  if (message === 'cpu') process.send({ cpu: cpu() })
  if (message === 'rss') process.send({ rss: process.memoryUsage.rss() })
  if (message === 'close') {
    await app.close()
    process.disconnect()
  }
})

/** Processor time since the start, in ms. */
function cpu () {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
