import type http from 'node:http'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { startOrigin } from '@floodgate/testing'
import { call } from '@floodgate/testing'
import type { Subject } from './subject.ts'

type Set = (app: FastifyInstance) => void

/** Asks a backend that answers these headers, through a host with hooks of its own. */
async function ask (startGateway: Subject['startGateway'], t: Test, answered: Record<string, string | string[]>, before: Set): Promise<http.IncomingHttpHeaders> {
  const origin = await startOrigin(t, (_req, res) => { res.writeHead(200, answered).end('x') })
  const { url } = await startGateway(t, { origin: origin.url, routes: [{}], before })
  return (await call(`${url}/x`)).headers
}

const hook = (headers: Record<string, string | string[]>): Set => (app) => {
  app.addHook('onRequest', async (_request, reply) => { for (const name in headers) reply.header(name, headers[name]) })
}
/** As middleware in the style of Express does it. */
const raw = (headers: Record<string, string | string[]>): Set => (app) => {
  app.addHook('onRequest', async (_request, reply) => { for (const name in headers) reply.raw.setHeader(name, headers[name]!) })
}
/** With an onSend hook no answer is written by hand. */
const slow = (set: Set): Set => (app) => { app.addHook('onSend', async () => {}); set(app) }

/** Tests how headers of an answer go together with those that the host has set. */
export function testAnswerHeaders ({ name, startGateway }: Subject): void {
  for (const [way, wrap] of [['at once', (set: Set) => set], ['with onSend hooks', slow]] as const) {
    for (const [where, set] of [['reply.header', hook], ['reply.raw', raw]] as const) {
      t.test(`${name}, ${way}, ${where}: the answer's headers replace the host's, but Vary and cookies`, async (t) => {
        const headers = await ask(startGateway, t, { vary: ['Accept', 'ORIGIN'], 'set-cookie': ['b=2', 'c=3'], 'x-both': 'backend', 'x-backend': '1' },
          wrap(set({ vary: 'Origin, X-Host', 'set-cookie': ['a=1'], 'x-both': 'host', 'x-host': '1' })))
        t.match(headers, { vary: 'Origin, X-Host, Accept', 'x-both': 'backend', 'x-backend': '1', 'x-host': '1' })
        t.same(headers['set-cookie'], ['a=1', 'b=2', 'c=3'])
      })

      t.test(`${name}, ${way}, ${where}: who answers for the host says which origins may read`, async (t) => {
        const headers = await ask(startGateway, t, { 'access-control-allow-origin': '*', 'access-control-allow-credentials': 'true', 'access-control-expose-headers': 'X-A' }, wrap(set({ 'access-control-allow-origin': 'https://a.test' })))
        t.match(headers, { 'access-control-allow-origin': 'https://a.test', 'access-control-allow-credentials': undefined, 'access-control-expose-headers': undefined })
      })
    }

    t.test(`${name}, ${way}: what only one of them says stays as it is`, async (t) => {
      const nothing = wrap(() => {})
      const answered = { vary: ['A', 'B'], 'access-control-allow-origin': '*', 'set-cookie': 'b=2' }
      t.match(await ask(startGateway, t, answered, nothing), { vary: 'A, B', 'access-control-allow-origin': '*', 'set-cookie': ['b=2'] })
      t.match(await ask(startGateway, t, {}, wrap(hook({ vary: 'Origin', 'set-cookie': 'a=1' }))), { vary: 'Origin', 'set-cookie': ['a=1'] })
      t.match(await ask(startGateway, t, { vary: '*' }, wrap(hook({ vary: 'Origin' }))), { vary: '*' })
    })
  }
}
