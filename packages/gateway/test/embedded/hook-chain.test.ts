import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import t from 'tap'
import { bindHooks, runHooks, runPayloadHooks, type PayloadHook, type PlainHook } from '../../src/embedded/hook-chain.ts'

const request = {} as FastifyRequest
const run = (hooks: PlainHook[], reply = { sent: false }, endsAtReply?: boolean) => new Promise<unknown>((resolve) => {
  runHooks(hooks, request, reply as FastifyReply, (error) => { resolve(error ?? 'done') }, endsAtReply)
})
const runPayload = (hooks: PayloadHook[], payload: unknown) => new Promise<unknown>((resolve) => {
  runPayloadHooks(hooks, request, {} as FastifyReply, payload, (error, changed) => { resolve(error ?? changed) })
})

t.test('runHooks: callbacks and promises, one after the other', async (t) => {
  const order: number[] = []
  t.equal(await run([
    (_request, _reply, done) => { setImmediate(() => { order.push(1); done() }) },
    async () => { order.push(2) },
    (_request, _reply, done) => { order.push(3); done() }
  ]), 'done')
  t.same(order, [1, 2, 3])
  t.equal(await run([]), 'done')
})

t.test('runHooks: what fails ends the row, whichever way', async (t) => {
  const failure = new Error('failed')
  const never: PlainHook = () => { t.fail('it is not called') }
  t.equal(await run([(_request, _reply, done) => { done(failure) }, never]), failure)
  t.equal(await run([() => { throw failure }, never]), failure)
  t.equal(await run([async () => { throw failure }, never]), failure)
  t.match(await run([() => Promise.reject(undefined), never]), { message: 'a hook was rejected without an error' }) // eslint-disable-line prefer-promise-reject-errors
})

t.test('runHooks: a reply ends the row, and nothing more is called', async (t) => {
  const reply = { sent: false }
  let after = 0
  runHooks([async () => { reply.sent = true }, () => { after++ }], request, reply as FastifyReply, () => { after++ })
  await new Promise(setImmediate)
  t.equal(after, 0)
  t.equal(await run([async () => {}], { sent: true }, false), 'done', 'hooks that run after the reply')
})

t.test('runPayloadHooks: each gets what the one before has made of the payload', async (t) => {
  const failure = new Error('failed')
  t.equal(await runPayload([
    (_request, _reply, payload, done) => { done(null, `${payload}b`) },
    async (_request, _reply, payload) => `${payload}c`,
    (_request, _reply, _payload, done) => { done() },
    async () => {}
  ], 'a'), 'abc')
  t.equal(await runPayload([async (_request, _reply, payload) => payload], null), null)
  t.equal(await runPayload([async () => { throw failure }], 'a'), failure)
  t.equal(await runPayload([() => { throw failure }], 'a'), failure)
  t.equal(await runPayload([(_request, _reply, _payload, done) => { done(failure) }], 'a'), failure)
  t.match(await runPayload([() => Promise.reject(undefined)], 'a'), { message: /rejected/ }) // eslint-disable-line prefer-promise-reject-errors
})

t.test('bindHooks: hooks have the scope as `this`', async (t) => {
  const scope = { prefix: '/api' } as FastifyInstance
  const [hook] = bindHooks<PlainHook>([function (this: FastifyInstance) { return this.prefix }], scope)!
  t.equal(hook!(request, {} as FastifyReply, () => {}), '/api')
  t.equal(bindHooks([], scope), null)
})
