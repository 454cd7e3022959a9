import { randomInt } from 'node:crypto'
import http from 'node:http'

/** Below the ports that systems choose by themselves: what else runs takes none of these in the meantime. */
const [first, end] = [10_000, 32_768]

/** Finds a free loopback port, for programs that need a fixed one. */
export async function freePort (): Promise<number> {
  for (;;) {
    const port = randomInt(first, end)
    if (await isFree(port)) return port
  }
}

function isFree (port: number): Promise<boolean> {
  const server = http.createServer()
  return new Promise((resolve) => {
    server.once('error', () => { resolve(false) })
    server.listen(port, '127.0.0.1', () => { server.close(() => { resolve(true) }) })
  })
}
