import http from 'node:http'
import { listen } from './origin.ts'

/** Finds a free loopback port, for programs that need a fixed one. */
export async function freePort (): Promise<number> {
  const server = http.createServer()
  const port = await listen(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}
