import t from 'tap'
import { Holdings } from '../../src/workers/holdings.ts'

function create (grace?: number) {
  const ended: string[] = []
  const holdings = new Holdings<string>({ onEnd (value) { ended.push(value) }, ...grace !== undefined && { grace } })
  return { ended, holdings }
}

t.test('Holdings: a value ends with the last worker that releases it', async (t) => {
  const { ended, holdings } = create()
  t.equal(holdings.hold('a', 1, () => 'first'), 'first')
  t.equal(holdings.hold('a', 2, () => 'second'), 'first')
  t.equal(holdings.release('a', 3), undefined, 'which never had it')
  t.equal(holdings.release('a', 1), 'first')
  t.equal(holdings.release('a', 1), undefined, 'again')
  t.same([holdings.get('a'), ended], ['first', []])
  holdings.release('a', 2)
  t.same([holdings.get('a'), ended, holdings.size], [undefined, ['first'], 0])
})

t.test('Holdings: what dead workers had waits for their replacements, and ends without', async (t) => {
  const { ended, holdings } = create(20)
  for (const name of ['kept', 'removed']) for (const worker of [1, 2]) holdings.hold(name, worker, () => name)
  holdings.gone(1)
  holdings.gone(2)
  t.equal(holdings.hold('kept', 2, () => 'another'), 'kept')
  const alive = setInterval(() => {}, 1000)
  while (holdings.size > 1) await new Promise(setImmediate)
  clearInterval(alive)
  t.same(ended, ['removed'])
  holdings.close()
  t.same(ended, ['removed', 'kept'])
})

t.test('Holdings: a worker that died holds nothing over the next reload', async (t) => {
  const { ended, holdings } = create()
  for (const worker of [1, 2]) holdings.hold('a', worker, () => 'a')
  holdings.gone(1)
  holdings.release('a', 2)
  t.same(ended, ['a'])
  holdings.close()
})
