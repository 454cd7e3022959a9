// Part `upstream`: answers of upstreams, read in every way, over TCP, TLS and a proxy that fails.
import { createAuthority } from '@floodgate/testing'
import { createKeptClient } from './kept-client.mjs'
import { startFaultyProxy, startScriptedServer, proxyFaults } from './scripted-upstream.mjs'
import { tokensIn } from './tokens.mjs'
import { upstreamCase } from './upstream-cases.mjs'
import { upstreamConfig } from './upstream-config.mjs'
import { createWorld } from './world.mjs'

export const upstream = {
  name: 'upstream',
  make: upstreamCase,
  show: ({ way, request, plan }) => ({ way, request, plan: { ...plan, bytes: plan.bytes.latin1Slice() } }),
  async run ({ number, token, request, plan, right, good, cut }, world) {
    const problems = []
    world.plans.set(token, plan)
    const { answer, late, problem } = await world.client.ask(Buffer.from(request, 'latin1'), request.slice(0, request.indexOf(' ')))
    world.plans.delete(token)
    if (!world.alive()) return { requests: 1, answers: 0, problems }
    if (late) problems.push('no answer within 10 s')
    if (problem !== null) problems.push(`not HTTP: ${problem}`)
    if (answer === undefined && !late) problems.push('the connection ended without an answer')
    if (answer !== undefined) {
      for (const found of tokensIn(answer.body)) if (found.number !== number) problems.push(`the answer to ${found.token} came here`)
      if (/"statusCode":\d+|FST_ERR|"stack":/.test(answer.body)) problems.push(`an answer that is not the gateway's own: ${answer.body.slice(0, 300)}`)
      if (good && (answer.status !== 200 || !answer.complete)) problems.push(`a right answer arrives as ${answer.status}, ${answer.complete ? 'whole' : 'cut'}: ${answer.body.slice(0, 200)}`)
      else if (good && !answer.body.includes(token) && answer.length < 16 << 10) problems.push(`a right answer arrives without its token: ${answer.body.slice(0, 200)}`)
      else if (right !== null && answer.body !== right) problems.push('a right answer arrives changed')
      if (cut && answer.status === 200 && answer.complete) problems.push('an answer that was cut arrives as if whole')
    }
    return { requests: 1, answers: answer === undefined ? 0 : 1, problems }
  }
}

/** The world of this part. */
export async function upstreamWorld ({ mode, onFault }) {
  const plans = new Map()
  const authority = createAuthority('attacks')
  const secure = authority.issue({ cn: 'upstream', san: ['127.0.0.1', ...proxyFaults.map((fault) => `${fault}.test`)] })
  const servers = {
    good: await startScriptedServer({ plans, name: 'good' }),
    goodTls: await startScriptedServer({ plans, secure, name: 'goodTls' }),
    bad: await startScriptedServer({ plans, name: 'bad' }),
    badTls: await startScriptedServer({ plans, secure, name: 'badTls' })
  }
  const proxy = await startFaultyProxy({ target: servers.goodTls.port, plainTarget: servers.good.port })
  const all = [...Object.values(servers), proxy]
  const ports = Object.fromEntries(Object.entries({ ...servers, proxy }).map(([name, { port }]) => [name, port]))
  const together = {
    // A plan that hangs runs until its endpoint's deadline.
    running: { get size () { return all.reduce((sum, { running }) => sum + (running?.size ?? 0), 0) }, values: () => all.flatMap(({ running }) => [...running?.values() ?? []]) },
    sockets: { get size () { return all.reduce((sum, { sockets }) => sum + sockets.size, 0) }, describe: (pids) => all.flatMap(({ sockets }) => sockets.describe(pids)) },
    close () { for (const server of all) server.close() }
  }
  const world = await createWorld({ mode, onFault, upstream: together, authority, configOf: ({ port, ca }) => upstreamConfig({ port, ca, ports }) })
  world.plans = plans
  world.client = createKeptClient({ port: () => world.port })
  const { close } = world
  world.close = async () => {
    world.client.close()
    return close()
  }
  return world
}
