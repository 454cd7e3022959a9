import { hashSync } from 'bcryptjs'
import t from 'tap'
import { createPasswordCheck } from '../../src/basic/password-check.ts'

const hash = (password: string) => hashSync(password, 4)

t.test('createPasswordCheck: what is right is remembered, and only so many may wait', async (t) => {
  const check = createPasswordCheck(new Map([['a', hash('right')]]))
  t.equal(await check('a', 'right'), true)
  t.equal(check('a', 'right'), true, 'at once')
  t.ok(check('a', 'wrong') instanceof Promise)
  const waiting = Array.from({ length: 200 }, (_, i) => check('a', `wrong ${i}`))
  t.ok(waiting.includes(null))
  t.equal(waiting.filter((verdict) => verdict !== null).length, 15, 'of one client')
  const others = Array.from({ length: 200 }, (_, i) => check('a', `also wrong ${i}`, `client ${i}`))
  t.equal(others.filter((verdict) => verdict !== null).length, 48, 'of all')
  t.same(new Set((await Promise.all(waiting)).filter((verdict) => verdict !== null)), new Set([false]))
  t.equal(check('a', 'wrong'), false, 'so is what is wrong')
  t.same(new Set((await Promise.all(others)).filter((verdict) => verdict !== null)), new Set([false]))
  t.equal(await createPasswordCheck(new Map())('a', 'b'), false)
})

t.test('createPasswordCheck: clients take turns, equal questions are one, and nobody compares for who has left', async (t) => {
  const compared: string[] = []
  const check = createPasswordCheck(new Map([['a', hash('right')]]), { compare: async (password) => { compared.push(password); return password === 'right' } })
  const many = Array.from({ length: 10 }, (_, i) => check('a', `wrong ${i}`, 'one'))
  const other = check('a', 'right', 'other')
  const gone = check('a', 'left', 'third', () => true)
  t.equal(check('a', 'wrong 9', 'fourth'), many[9], 'the same promise')
  t.same([await other, await gone], [true, null])
  t.ok(compared.indexOf('right') < 3, compared.join())
  t.same(await Promise.all(many), Array(10).fill(false))
  t.equal(compared.length, 11)
})
