import t from 'tap'
import { createDatagramSender } from '../../src/senders/datagram-sender.ts'
import { receiveDatagrams } from '../support/servers.ts'

t.test('createDatagramSender: sends each message, and flushes', async (t) => {
  const server = await receiveDatagrams(t)
  const dropped: string[] = []
  const sender = createDatagramSender({ host: '127.0.0.1', port: server.port }, (messages, reason) => { dropped.push(`${messages} ${reason}`) })
  for (const text of ['a', 'b']) sender.send(Buffer.from(text))
  await sender.flush(5000)
  t.strictSame((await server.received((all) => all.length === 2)).map(String), ['a', 'b'])
  t.strictSame(dropped, [])
})

t.test('createDatagramSender: counts what cannot be sent', async (t) => {
  const dropped: number[] = []
  const sender = createDatagramSender({ host: '127.0.0.1', port: 9 }, (messages) => { dropped.push(messages) })
  sender.send(Buffer.alloc(70_000))
  await sender.flush(5000)
  t.strictSame(dropped, [1], 'longer than a datagram')
  for (let i = 0; i < 100; i++) sender.send(Buffer.alloc(60_000))
  await sender.flush(5000)
  t.strictSame(dropped, [1], 'further drops are told later, together')
})
