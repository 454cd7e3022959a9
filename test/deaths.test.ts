import t from 'tap'
import { killPrimary, killWorkers, roll } from './bench/death-scenarios.mjs'

const limit = { timeout: 300_000 }
/** A connection that ended, or could not be opened; never an answer that says so. */
const connectionErrors = ['ECONNRESET', 'ECONNREFUSED', 'EPIPE']

t.test('deaths: a killed worker costs the requests that it had, and no others', limit, async (t) => {
  const { times, requests, statuses, errors, failed } = await killWorkers({ rate: 50, workers: 2, times: 2, pause: null })
  t.equal(times, 2)
  t.same(Object.keys(statuses), ['200'])
  t.same(Object.keys(errors).filter((code) => code !== 'ECONNRESET' && code !== 'EPIPE'), [])
  t.equal(statuses[200], requests - failed)
})

t.test('deaths: a killed primary takes its workers along, frees the port, and serves again when it is started', limit, async (t) => {
  const { times, statuses, errors } = await killPrimary({ rate: 50, workers: 2, times: 1 })
  t.equal(times, 1)
  t.same(Object.keys(statuses), ['200'])
  t.same(Object.keys(errors).filter((code) => !connectionErrors.includes(code)), [])
})

t.test('deaths: a rolling replacement loses no request', limit, async (t) => {
  const { requests, failed, statuses, unrouted } = await roll({ rate: 50, times: 2, notice: '3s', period: 200 })
  t.equal(unrouted, 0)
  t.equal(failed, 0)
  t.same(statuses, { 200: requests })
})
