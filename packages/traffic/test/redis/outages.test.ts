import type { FeatureContext } from '@floodgate/core'
import t from 'tap'
import { codeOf, createOutages, isOtherServer } from '../../src/redis/outages.ts'

function create () {
  const lines: string[] = []
  const write = (line: string) => { lines.push(line) }
  return { lines, outages: createOutages('main', { log: { warn: write, info: write } } as unknown as FeatureContext) }
}

t.test('createOutages: one line when an outage begins, and one when it ends, of each kind', async (t) => {
  const { lines, outages } = create()
  outages.worked('limits')
  for (let i = 0; i < 100; i++) {
    outages.failed('time', '')
    outages.failed('SET', 'OOM')
    outages.failed('connection', '')
  }
  t.same(lines.map((line) => line.split(';')[0]), ['redis: main does not answer in time', 'redis: main fails SET: OOM', 'redis: main is unavailable'])
  outages.failed('connection', 'NOAUTH')
  outages.failed('SET', 'READONLY')
  for (const what of ['time', 'SET', 'connection'] as const) outages.worked(what)
  t.same(lines.slice(3).map((line) => line.split(';')[0]), [
    'redis: main is unavailable: NOAUTH', 'redis: main fails SET: READONLY',
    'redis: main answers in time again (failures: 100)', 'redis: main answers SET again (failures: 101)', 'redis: main is available again'
  ])
})

t.test('createOutages: a server that fails and answers in turn is told of three times a minute', async (t) => {
  const { lines, outages } = create()
  for (let i = 0; i < 1000; i++) {
    outages.failed('time', '')
    outages.worked('time')
  }
  outages.failed('limits', 'OOM')
  t.equal(lines.length, 3 * 2 + 1)
})

t.test('codeOf: nothing but the code', async (t) => {
  const codes = {
    'OOM command not allowed': 'OOM',
    'ERR Error running script: -READONLY You': 'READONLY',
    'WRONGPASS invalid username-password pair': 'WRONGPASS',
    'EXECABORT of secret-key': 'EXECABORT',
    'secret-key': 'an error'
  }
  for (const [message, code] of Object.entries(codes)) t.equal(codeOf(new Error(message)), code)
  t.same(['READONLY x', 'LOADING', 'MASTERDOWN', 'OOM'].map((message) => isOtherServer(new Error(message))), [true, true, true, false])
})
