import t from 'tap'
import { chooseByWeight, chooseInTurn, type Choose, type Host } from '@floodgate/http-client'

const host = (origin: string, weight = 1): Host => ({ origin, base: '', authorization: null, weight })

const draw = (choose: Choose, hosts: readonly Host[], times: number): string => Array.from({ length: times }, () => choose(hosts).origin).join('')

const count = (drawn: string): Record<string, number> =>
  Object.fromEntries([...new Set(drawn)].sort().map((name) => [name, drawn.split(name).length - 1]))

t.test('chooseInTurn: each as often as any other, in whatever list', async (t) => {
  const choose = chooseInTurn()
  const three = [host('a'), host('b'), host('c')]
  t.same(count(draw(choose, three, 9)), { a: 3, b: 3, c: 3 })
  t.equal(choose(three.slice(1, 2)).origin, 'b')
})

t.test('chooseByWeight: exact shares, evenly spread', async (t) => {
  const hosts = [host('a', 5), host('b'), host('c')]
  const drawn = draw(chooseByWeight(), hosts, 14)
  t.same(count(drawn), { a: 10, b: 2, c: 2 })
  // Some seven in a row are what nginx has with these weights.
  t.match((drawn + drawn), /aabacaa/)
  t.same(count(draw(chooseByWeight(), [host('a', 7), host('b', 3)], 100)), { a: 70, b: 30 })
})

t.test('chooseByWeight: 0 is for when no other is left', async (t) => {
  const [a, b, c] = [host('a', 2), host('b', 0), host('c', 0)]
  const choose = chooseByWeight()
  t.same(count(draw(choose, [a, b, c], 20)), { a: 20 })
  t.same(count(draw(choose, [b, c], 20)), { b: 10, c: 10 })
})

t.test('chooseByWeight: hosts that come and go do not change the shares of the others', async (t) => {
  const [a, b, c] = [host('a', 4), host('b', 2), host('c', 1)]
  const choose = chooseByWeight()
  draw(choose, [a, b, c], 700)
  t.same(count(draw(choose, [a, b], 60)), { a: 40, b: 20 })
  const back = count(draw(choose, [a, b, c], 700))
  for (const [name, share] of [['a', 400], ['b', 200], ['c', 100]] as const) t.ok(Math.abs(back[name]! - share) <= 2, `${name} ${back[name]}`)
})

t.test('choosing in turn or by weight: what a dead host does not serve is spread over the others', async (t) => {
  const hosts = ['a', 'b', 'c', 'd'].map((origin) => host(origin))
  for (const create of [chooseInTurn, chooseByWeight]) {
    for (const dead of hosts) {
      const choose = create()
      const others = hosts.filter((each) => each !== dead)
      const served = Array.from({ length: 1200 }, () => {
        const first = choose(hosts)
        return first === dead ? choose(others).origin : first.origin
      })
      for (const { origin } of others) {
        const share = served.filter((each) => each === origin).length / served.length
        t.ok(Math.abs(share - 1 / 3) < 0.02, `${create.name}, ${dead.origin} is dead: ${origin} serves ${share}`)
      }
    }
  }
})
