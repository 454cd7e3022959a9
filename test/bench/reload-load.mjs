// Sends requests at a rate to a gateway whose configuration is replaced, in a process of its own: started by reloads.mjs.
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'

const { url, rate, ca, paths } = JSON.parse(process.argv[2])
const pool = new Pool(url, { connections: 256, pipelining: 1, connect: { ca } })
/** The configuration that was told to be in use, and whether another one is being read or built. */
let round = 0
let isReloading = false
const over = new AbortController()
const result = { sent: 0, failed: 0, wrong: 0, examples: [], times: { quiet: [], reloading: [] } }

process.on('message', (message) => {
  if ('round' in message) ({ round } = message)
  if ('isReloading' in message) ({ isReloading } = message)
  if ('isOver' in message) over.abort()
})

async function ask (path, due) {
  const begun = round
  const during = isReloading
  let wrong = null
  try {
    const { statusCode, body } = await pool.request({ path, method: 'GET' })
    const text = await body.text()
    if (statusCode !== 200) throw new Error(`${statusCode} ${text}`)
    if (path === '/merged') wrong = judge(JSON.parse(text), begun)
  } catch (error) {
    result.failed++
    note(`${path}: ${error.message}`)
  }
  if (wrong !== null) {
    result.wrong++
    note(`${path}: ${wrong}`)
  }
  result.times[during || isReloading ? 'reloading' : 'quiet'].push(performance.now() - due)
}

/** Both backends belong to one configuration, and to none before the one that was told when the request began. */
function judge ({ a, b }, begun) {
  if (a !== b) return `parts of ${a} and ${b}`
  return Number(a) < begun ? `of ${a}, after ${begun} was told` : null
}

function note (text) {
  if (result.examples.length < 5) result.examples.push(text)
}

const running = new Set()
const begin = performance.now()
while (!over.signal.aborted) {
  for (; result.sent < (performance.now() - begin) / 1000 * rate; result.sent++) {
    const answer = ask(paths[result.sent % paths.length], begin + result.sent * 1000 / rate).finally(() => { running.delete(answer) })
    running.add(answer)
  }
  await sleep(1)
}
const seconds = (performance.now() - begin) / 1000
await Promise.all(running)
await pool.close()
// Not before the message, which is large, has been written.
process.send({ ...result, seconds }, () => { process.disconnect() })
