import t from 'tap'
import { feature as botFeature } from '../../src/bot/feature.ts'
import { createContext, serve } from '../support/serve.ts'

t.test('security/bot-detector: refuses bots, also where no route is', async (t) => {
  const send = await serve(t, botFeature, { deny: ['bad'], allow: ['good spider'], patterns: ['(?i)spider', '^py-\\d+'], cache_size: 2 })
  for (const [userAgent, status] of [['bad', 403], ['bad 2', 200], ['a SPIDER', 403], ['good spider', 200], ['py-12', 403], ['a py-12', 200], ['a SPIDER', 403]] as const) {
    t.equal((await send({ headers: { 'user-agent': userAgent } })).status, status, userAgent)
  }
  t.match(await send({ path: '/nope', headers: { 'user-agent': 'bad' } }), { status: 403, body: '' })
  t.equal((await send()).status, 200)
  t.equal((await (await serve(t, botFeature, { empty_user_agent_is_bot: true }))()).status, 403)
})

t.test('security/bot-detector: names a pattern that cannot be had, and costs nothing where nothing is configured', async (t) => {
  const { context, problems } = createContext()
  t.equal(botFeature.service!({ patterns: ['fine', '(?<!a)b', '(a'] }, context), undefined)
  t.match(problems, [/bot-detector.patterns.1: not a valid regular expression in Go's syntax/, /bot-detector.patterns.2: /])
  t.equal(botFeature.service!({}, context), undefined)
})
