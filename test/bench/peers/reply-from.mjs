// Fastify with @fastify/reply-from as its README shows it. With `tuned` as a last argument bodies are not parsed, and there is
// a pool for each origin.
import replyFrom from '@fastify/reply-from'
import Fastify from 'fastify'
import { Agent, Pool } from 'undici'
import { address, connections, keepAliveTimeout, routes } from './passed.mjs'

const isTuned = process.argv.at(-1) === 'tuned'
const client = { connections, connect: { rejectUnauthorized: false } }
const app = Fastify({ keepAliveTimeout, disableRequestLogging: isTuned })
if (isTuned) {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, payload, done) => { done(null, payload) })
}
for (const origin of new Set(routes.map(({ origin }) => origin))) {
  app.register(async (scope) => {
    await scope.register(replyFrom, { undici: isTuned ? new Pool(origin, client) : new Agent(client), disableRequestLogging: isTuned })
    for (const { method, path, target } of routes.filter((route) => route.origin === origin)) {
      scope.route({ method, url: path, exposeHeadRoute: false, handler (_request, reply) { reply.from(origin + target) } })
    }
  })
}
await app.listen(address)
