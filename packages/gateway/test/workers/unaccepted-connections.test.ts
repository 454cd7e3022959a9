// In a process of its own: the settings of node:cluster are those of the whole process.
import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import net from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { returnUnaccepted } from '../../src/workers/unaccepted-connections.ts'

/** Two workers that answer each connection with their id, of which the first does not run any more, and three clients. */
async function start (t: Test, isServed: () => boolean) {
  const dir = t.testdir({
    'worker.mjs': `
      import cluster from 'node:cluster'
      import net from 'node:net'
      net.createServer((socket) => { socket.end(String(cluster.worker.id)) }).listen(0, '127.0.0.1')`
  })
  cluster.setupPrimary({ exec: join(dir, 'worker.mjs'), execArgv: [] })
  const workers = await Promise.all([1, 2].map(async () => {
    const worker = cluster.fork()
    returnUnaccepted(worker, isServed)
    const [{ port }] = await once(worker, 'listening') as [{ port: number }]
    return { worker, port }
  }))
  t.teardown(async () => {
    for (const { worker } of workers) {
      if (worker.isDead()) continue
      worker.process.kill('SIGKILL')
      await once(worker.process, 'exit')
    }
  })
  workers[0]!.worker.process.kill('SIGSTOP')
  return { stopped: workers[0]!.worker, other: workers[1]!.worker, clients: [1, 2, 3].map(() => connect(workers[0]!.port)) }
}

function connect (port: number): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    net.connect(port, '127.0.0.1')
      .setEncoding('utf8')
      .on('data', (more: string) => { text += more })
      .on('error', () => {})
      .on('close', () => { resolve(text) })
  })
}

/** The clients that the other worker has served; the first worker was given one connection, and has not taken it. */
async function served (clients: Promise<string>[], other: Worker) {
  const answers: string[] = []
  for (const client of clients) client.then((text) => { answers.push(text) }, () => {})
  while (answers.length < 2) await new Promise(setImmediate)
  t.same(answers, [String(other.id), String(other.id)])
}

t.test('a connection that a killed worker has not taken goes to another one', async (t) => {
  const { stopped, other, clients } = await start(t, () => true)
  await served(clients, other)
  stopped.process.kill('SIGKILL')
  t.same(await Promise.all(clients), Array(3).fill(String(other.id)))
})

t.test('it is closed if none listens', async (t) => {
  const { stopped, other, clients } = await start(t, () => false)
  await served(clients, other)
  stopped.process.kill('SIGKILL')
  t.same((await Promise.all(clients)).sort(), ['', String(other.id), String(other.id)])
})

t.test('a connection that a worker has taken is its own', async (t) => {
  const { stopped, other, clients } = await start(t, () => true)
  stopped.process.kill('SIGCONT')
  t.same(new Set(await Promise.all(clients)), new Set([String(stopped.id), String(other.id)]))
})
