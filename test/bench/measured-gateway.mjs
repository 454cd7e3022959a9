// A gateway that tells what it holds: serves the configuration of its first argument, and answers its parent's 'measure'
// after a garbage collection. Needs --expose-gc.
import { createServer, listen, loadConfiguration } from '@floodgate/gateway'
import { measure } from './measure.mjs'

const loaded = await loadConfiguration(process.argv[2])
const app = await createServer(loaded)
const address = await listen(app, loaded.model, 0)
let most = 0
let sampler
process.send({ address })
process.on('message', async (message) => {
  if (message === 'measure') process.send(measure())
  if (message === 'cpu') process.send({ cpu: cpu() })
  if (message === 'peak') process.send(peak())
  if (message === 'rss') process.send({ rss: process.memoryUsage.rss() })
  if (message === 'close') {
    clearInterval(sampler)
    await app.close()
    process.disconnect()
  }
})

/** RSS, and the most that it was since the last time, looked at every 10 ms. */
function peak () {
  const { rss } = process.memoryUsage()
  const told = { rss, most: Math.max(most, rss) }
  most = 0
  sampler ??= setInterval(() => { most = Math.max(most, process.memoryUsage.rss()) }, 10)
  return told
}

/** Processor time since the start, in ms. */
function cpu () {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
