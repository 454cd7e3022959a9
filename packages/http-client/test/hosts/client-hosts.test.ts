import t from 'tap'
import { startClient } from '../support/clients.ts'

t.test('ClientHosts: what is known of hosts outlives a group, while another one has them', async (t) => {
  const own = { eject: { consecutive: 1, for: 60_000, maxPercent: 50, statuses: [503] }, retry: { attempts: 1, on: [503], backoff: 0, budget: 0.1 } }
  const client = startClient(t, { own } as never)
  const list = ['http://127.0.0.1:1111', 'http://127.0.0.1:2222'].map((origin) => ({ origin, base: '', authorization: null, weight: 1 }))
  const create = () => client.createGroup({ list: () => list, choose: ([first]) => first! })
  const first = create()
  t.ok(first.budget!.take())
  t.notOk(first.budget!.take(), 'its one repetition is used up')
  // A reload builds the next configuration before the previous one closes.
  const second = create()
  first.close()
  t.equal(second.budget, first.budget)
  t.notOk(second.budget!.take())
  second.close()
  const third = create()
  t.teardown(() => { third.close() })
  t.ok(third.budget!.take(), 'the last group takes it along')
})
