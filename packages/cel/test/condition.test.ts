import type { FastifyRequest } from 'fastify'
import t from 'tap'
import { setClaims } from '@floodgate/core'
import { compileCondition } from '../src/condition.ts'

const request = (over: object = {}) => ({ method: 'GET', headers: { 'x-key': 'yes' }, params: { id: '42' }, originalUrl: '/a?q=1', raw: { rawHeaders: ['X-Key', 'yes'] }, ...over }) as unknown as FastifyRequest

t.test('compileCondition: asks about a value and the request it came with', async (t) => {
  const holds = (source: string, value = 'User-x', incoming = request()) => compileCondition(source)(incoming, value)
  t.ok(holds("value.matches('^User-[a-z]+$')"))
  t.notOk(holds("value.matches('^User-[a-z]+$')", 'Admin'))
  t.ok(holds("value == 'gold' || req_headers['X-Key'][0] == 'yes' && hasHeader('x-key')"))
  t.ok(holds("req_method == 'GET' && req_path == '/a' && req_params.Id == '42'"))
  t.notOk(holds("JWT.plan == 'gold'"), 'what fails does not hold')
  const known = request()
  setClaims(known, { plan: 'gold' })
  t.ok(holds("JWT.plan == 'gold' && value == ''", '', known))
})

t.test('compileCondition: refuses what can never be asked', async (t) => {
  for (const source of ['', 'value +', 'other == 1', "'text'"]) t.throws(() => compileCondition(source), SyntaxError, source)
})
