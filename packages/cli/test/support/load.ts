import http from 'node:http'

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
  const ask = () => new Promise<void>((resolve) => {
    const begun = now()
    http.get(`${url}${path}`, { agent }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => { body += text }).on('error', () => {}).on('close', () => {
        count++
        if (!response.complete) wrong.push(`${path}: ECONNRESET in the body of an answer`)
        else if (!isRight(response.statusCode!, body, begun)) wrong.push(`${path}: ${response.statusCode} ${body}, begun in round ${begun}`)
        resolve()
      })
    }).on('error', (error) => {
      wrong.push(`${path}: ${error.message}`)
      resolve()
    })
  })
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
