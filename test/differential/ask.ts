import http from 'node:http'
import { linesOf } from '../conformance/servers.ts'
import { textOf, type Observation } from './observation.ts'
import type { ScriptRequest } from './script.ts'

/** Sends a request on a connection of its own and gathers the answer to its end. No answer is an observation as well. */
export async function ask (port: number, { path, method = 'GET', lines = [], body, chunked }: ScriptRequest): Promise<Omit<Observation, 'seen'>> {
  const framing = body === undefined ? [] : chunked ? [['Transfer-Encoding', 'chunked']] : [['Content-Length', String(Buffer.byteLength(body))]]
  const own = lines.some(([name]) => name.toLowerCase() === 'host') ? [] : [['Host', `127.0.0.1:${port}`]]
  const headers = [...own, ...lines, ...framing].flat()
  return await new Promise((resolve) => {
    const fail = (err: Error): void => { resolve({ status: 0, lines: [], body: '', error: err.message.replaceAll(String(port), 'PORT') }) }
    const req = http.request({ host: '127.0.0.1', port, method, path, headers: headers as unknown as http.OutgoingHttpHeaders, agent: false, timeout: 20_000 }).on('response', (res) => {
      const parts: Buffer[] = []
      const done = (broken: boolean): void => {
        resolve({ status: res.statusCode!, lines: linesOf(res.rawHeaders), body: textOf(Buffer.concat(parts)), ...broken && { broken } })
      }
      res.on('data', (part: Buffer) => { parts.push(part) })
      res.on('end', () => { done(false) })
      res.on('error', () => { done(true) })
    })
    req.on('timeout', () => { req.destroy(new Error('no answer in 20 s')) })
    req.on('error', fail)
    req.end(body)
  })
}
