import type { RequestListener, ServerResponse } from 'node:http'

/** Answers requests in groups: when as many wait as `size` says, which may be changed in between. */
export function gather (size: number): { size: number, readonly answer: RequestListener } {
  const waiting: ServerResponse[] = []
  const gathering = {
    size,
    answer: (_request: unknown, response: ServerResponse): void => {
      if (waiting.push(response) < gathering.size) return
      for (const one of waiting.splice(0)) one.end('final')
    }
  }
  return gathering
}
