import { randomInt } from 'node:crypto'
import http from 'node:http'
import process from 'node:process'

/** Below the ports that systems choose by themselves: what else runs takes none of these in the meantime. */
const [first, end] = [10_000, 32_768]

/** Processes that look for ports at the same time look in different places, mostly. */
const [places, inPlace] = [64, Math.floor((end - first) / 64)]

/** What was given stays its owner's, also while nothing listens there. */
// eslint-disable-next-line no-restricted-syntax -- of the process, as ports are
const given = new Set<number>()

/** Finds a free loopback port, for programs that need a fixed one; each one once. */
export async function freePort (): Promise<number> {
  const begin = first + process.pid % places * inPlace
  for (let attempt = 0; ; attempt++) {
    const port = attempt < inPlace ? begin + randomInt(inPlace) : randomInt(first, end)
    if (given.has(port)) continue
    given.add(port)
    if (await isFree(port)) return port
    given.delete(port)
  }
}

function isFree (port: number): Promise<boolean> {
  const server = http.createServer()
  return new Promise((resolve) => {
    server.once('error', () => { resolve(false) })
    server.listen(port, '127.0.0.1', () => { server.close(() => { resolve(true) }) })
  })
}
