import http from 'node:http'
import { listen } from './origin.ts'

/** Finds a loopback port that nobody listens on: for programs that must be told one. */
export async function freePort (): Promise<number> {
  const server = http.createServer()
  const port = await listen(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}
