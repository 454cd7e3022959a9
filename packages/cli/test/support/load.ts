import http from 'node:http'
import { call } from '@floodgate/testing'

export interface Load {
  /** Answers so far. */
  readonly count: number
  /** Resolves with what went wrong, when all have answered. */
  stop (): Promise<string[]>
}

/**
 * Asks a path without a pause over 8 connections that stay, until it is stopped.
 *
 * @param isRight whether an answer is right; `begun` is what `now` said when its request was sent
 */
export function load (
  url: string,
  path: string,
  isRight: (status: number, body: string, begun: number) => boolean,
  now: () => number = () => 0
): Load {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 })
  const wrong: string[] = []
  let count = 0
  const stopping = new AbortController()
  const ask = async () => {
    const begun = now()
    try {
      const { status, body, broken } = await call(`${url}${path}`, { agent })
      count++
      if (broken) wrong.push(`${path}: ECONNRESET in the body of an answer`)
      else if (!isRight(status, body.toString(), begun)) wrong.push(`${path}: ${status} ${body.toString()}, begun in round ${begun}`)
    } catch (error) {
      wrong.push(`${path}: ${(error as Error).message}`)
    }
  }
  const loops = Array.from({ length: 8 }, async () => { while (!stopping.signal.aborted) await ask() })
  return {
    get count () { return count },
    async stop () {
      stopping.abort()
      await Promise.all(loops)
      agent.destroy()
      return wrong
    }
  }
}
