import t from 'tap'
import { chooseInTurn, type Host } from '@floodgate/http-client'

const host = (origin: string, parts: Partial<Host> = {}): Host => ({ origin, base: '', authorization: null, weight: 1, ...parts })

t.test('chooseInTurn: each as often as any other, in whatever list', async (t) => {
  const choose = chooseInTurn()
  const three = ['http://a', 'http://b', 'http://c'].map((origin) => host(origin))
  const chosen = Array.from({ length: 9 }, () => choose(three).origin)
  for (const { origin } of three) t.equal(chosen.filter((one) => one === origin).length, 3)
  t.equal(choose(three.slice(1, 2)).origin, 'http://b')
})
