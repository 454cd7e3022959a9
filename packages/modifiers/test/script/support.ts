import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify from 'fastify'
import type { Test } from 'tap'
import { call, readAll, startOrigin, type ClientRequest } from '@floodgate/testing'
import { gateway } from '@floodgate/gateway'

export const namespace = 'floodgate.script'

export interface Seen { method: string, url: string, headers: NodeJS.Dict<string | string[]>, body: string }

/** Settings of a script. */
export const script = (module: string, options?: object) => ({ [namespace]: { module, ...options !== undefined && { options } } })

/** Writes files into a folder that is removed after the test. */
export function writeFolder (t: Test, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'script-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

/** Serves a configuration from a file beside its modules, and gives what its backend was sent. */
export async function start (t: Test, modules: Readonly<Record<string, string>>, endpoint: object, { root = {}, backend = {}, answer = '{"a":1}', type = 'application/json' }: { root?: object, backend?: object, answer?: string, type?: string } = {}) {
  const seen: Seen[] = []
  const log: string[] = []
  const origin = await startOrigin(t, (request, response) => {
    readAll(request).then((body) => {
      seen.push({ method: request.method!, url: request.url!, headers: request.headers, body: String(body) })
      response.writeHead(200, { 'content-type': type, etag: '"1"' }).end(answer)
    }).catch(() => { response.destroy() })
  })
  const folder = writeFolder(t, modules)
  const config = { version: 3, timeout: '60s', ...root, endpoints: [{ endpoint: '/a/{id}', method: 'POST', input_headers: ['X-A'], input_query_strings: ['q'], backend: [{ host: [origin.url], url_pattern: '/b/{id}', method: 'POST', ...backend }], ...endpoint }] }
  writeFileSync(join(folder, 'krakend.json'), JSON.stringify(config).replaceAll('ORIGIN', origin.url))
  const app = Fastify({ forceCloseConnections: true, logger: { level: 'warn', stream: { write (line: string) { log.push(line) } } } })
  t.teardown(() => app.close())
  await app.register(gateway, { config: join(folder, 'krakend.json'), env: {}, notFound: 'gateway' })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return {
    app,
    folder,
    log,
    origin: origin.url,
    async send ({ path = '/a/7', body = '', ...options }: ClientRequest & { path?: string } = {}) {
      seen.length = 0
      const answer = await call(url + path, { method: 'POST', body, ...options })
      return { ...answer, body: String(answer.body), seen: seen[0] ?? null }
    }
  }
}
