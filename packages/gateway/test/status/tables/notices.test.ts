import t from 'tap'
import type { MetricDefinition, MetricFamily, MetricSample } from '@floodgate/core'
import type { HostOut } from '../../../src/reload/hosts-out.ts'
import type { StatusSource } from '../../../src/status/source.ts'
import { createHistory } from '../../../src/status/tables/history.ts'
import { createMetricTables } from '../../../src/status/tables/metric-tables.ts'
import { findNotices, type Notice } from '../../../src/status/tables/notices.ts'
import { processTables } from '../../../src/status/tables/process-tables.ts'

const facts = { name: '', endpoints: [], backends: () => [], ofBackend: new Map() }
const now = Date.parse('2026-03-01T12:00:00Z')
const at = '2026-03-01T11:00:00.123Z'
const written = '2026-03-01 11:00:00Z'
const seconds = Date.parse(at) / 1000

const family = (name: string, samples: MetricSample[], type: MetricDefinition['type'] = 'gauge'): MetricFamily => ({ name, type, help: '', samples })
const counter = (name: string, samples: MetricSample[]): MetricFamily => family(name, samples, 'counter')

interface Given {
  readonly before?: MetricFamily[]
  readonly families?: MetricFamily[]
  readonly hostsOut?: HostOut[]
  readonly source?: Partial<StatusSource>
}

/** The notices of what metrics say, two seconds after what they said before. */
function notice ({ before = [], families = [], hostsOut = [], source = {} }: Given): readonly Notice[] {
  const history = createHistory()
  history.add(before, 0)
  history.add(families, 2_000)
  const tables = createMetricTables(facts).read(history, hostsOut, now)
  return findNotices([...tables, ...processTables({ reloads: () => [], workers: () => null, ...source }, history)])
}

t.test('notices: none where nothing needs attention', async (t) => {
  t.strictSame(notice({}), [])
  const counts = (value: number) => [
    counter('floodgate_http_requests_total', [[{ method: 'GET', endpoint: '/a', status: '200' }, value], [{ method: 'GET', endpoint: '/a', status: '404' }, value]]),
    counter('floodgate_limit_requests_total', [[{ limit: 'l', result: 'allowed' }, value * 10], [{ limit: 'l', result: 'refused' }, value]]),
    counter('floodgate_client_call_failures_total', [[{ origin: 'http://a', client: 'c', code: 'FG_ERR_HTTP_CLIENT_ABORTED' }, value]]),
    family('floodgate_breaker_state', [[{ breaker: 'b', state: 'closed' }, 1], [{ breaker: 'b', state: 'open' }, 0]]),
    family('floodgate_listener_certificate_expiry_timestamp_seconds', [[{ subject: 'CN=a', use: 'server', from: 'f' }, now / 1000 + 20 * 86_400]]),
    family('floodgate_client_certificate_expiry_timestamp_seconds', [[{ subject: 'CN=ca', use: 'authority', from: 'f' }, now / 1000]])
  ]
  t.strictSame(notice({ before: counts(0), families: counts(10), source: { workers: () => [{ id: 1, pid: 2, serves: true }] } }), [])
})

t.test('notices: a host that is out, since when and why; one that fails leads to its backends', async (t) => {
  const labels = { origin: 'http://a:1', client: 'c' }
  const hostsOut: HostOut[] = [{ origin: 'http://a:1', address: null, client: 'c', worker: null, by: 'health', since: at, until: null, reason: 'answered 503' }]
  t.strictSame(notice({ families: [counter('floodgate_client_host_ejections_total', [[labels, 1]])], hostsOut }), [
    { text: `Host http://a:1 is out: health, since ${written}: answered 503`, table: 'hosts', filter: 'http://a:1' }
  ])
  const failures = (value: number) => [
    counter('floodgate_client_call_failures_total', [[{ ...labels, code: 'FG_ERR_HTTP_CLIENT_DNS' }, value]]),
    counter('floodgate_client_server_errors_total', [[{ ...labels, status: '500' }, value]]),
    family('floodgate_client_last_failure_timestamp_seconds', [[{ ...labels, code: 'FG_ERR_HTTP_CLIENT_DNS' }, seconds], [{ ...labels, code: '500' }, seconds - 1]])
  ]
  t.match(notice({ before: failures(0), families: failures(3) }), [
    { text: 'Host http://a:1 fails 3 times per second: DNS: The name of the host has no address: check the host and the DNS.', table: 'backends', filter: 'http://a:1' }
  ])
})

t.test('notices: endpoints with 5xx, limits that refuse much, at most five of a kind', async (t) => {
  const requests = (value: number) => [counter('floodgate_http_requests_total', Array.from({ length: 7 }, (_, i) => [{ method: 'GET', endpoint: `/${i}`, status: '502' }, value]))]
  const notices = notice({ before: requests(0), families: requests(4) })
  t.strictSame([notices.length, notices[0], notices[5]], [
    6,
    { text: 'GET /0: 2 of 2 requests per second end with 5xx', table: 'endpoints', filter: 'GET /0' },
    { text: '2 more in endpoints', table: 'endpoints', filter: '' }
  ])
  const limit = (allowed: number, refused: number, more = {}) => [
    counter('floodgate_limit_requests_total', [[{ limit: 'l', result: 'allowed', ...more }, allowed], [{ limit: 'l', result: 'refused', ...more }, refused]])
  ]
  t.strictSame(notice({ before: limit(0, 0), families: limit(8, 2) }), [
    { text: 'Rate limit l of the service refuses 1 requests per second, and allows 4', table: 'limits', filter: 'l' }
  ])
  t.match(notice({ before: limit(0, 0, { method: 'GET', endpoint: '/a' }), families: limit(0, 2, { method: 'GET', endpoint: '/a' }) }), [
    { text: /^Rate limit l of GET \/a refuses/, filter: 'l GET /a' }
  ])
})

t.test('notices: breakers, key sets, certificates, reloads, workers, with since when', async (t) => {
  const breaker = { breaker: 'b', method: 'GET', endpoint: '/a' }
  for (const [state, text] of [['open', 'open'], ['half_open', 'half open']]) {
    t.strictSame(notice({
      families: [family('floodgate_breaker_state', [[{ ...breaker, state: state! }, 1]]), family('floodgate_breaker_open_since_timestamp_seconds', [[breaker, seconds]])]
    }), [{ text: `Circuit breaker b of GET /a is ${text}, since ${written}`, table: 'breakers', filter: 'b' }])
  }
  t.strictSame(notice({ families: [family('floodgate_key_set_failing_since_timestamp_seconds', [[{ url: 'http://k' }, seconds]])] }), [
    { text: `Key set http://k cannot be fetched, since ${written}`, table: 'keys', filter: 'http://k' }
  ])
  const certificate = (days: number) => notice({
    families: [family('floodgate_listener_certificate_expiry_timestamp_seconds', [[{ subject: 'CN=a', use: 'server', from: 'a.pem' }, now / 1000 + days * 86_400]])]
  })
  t.match(certificate(13.5), [{ text: 'Certificate CN=a (a.pem) expires in 13 days', table: 'certificates', filter: 'CN=a' }])
  t.match(certificate(-1), [{ text: 'Certificate CN=a (a.pem) has expired' }])
  const failed = { at: Date.parse(at), revision: 'r', isApplied: false, text: 'not applied: x' }
  t.strictSame(notice({ source: { reloads: () => [failed] } }), [{ text: `The configuration was not replaced at ${written}: not applied: x`, table: 'reloads', filter: '' }])
  t.strictSame(notice({ source: { reloads: () => [{ ...failed, isApplied: true }, failed] } }), [], 'the last attempt counts')
  t.strictSame(notice({ source: { workers: () => [{ id: 2, pid: null, serves: false }] } }), [{ text: 'Worker 2 does not serve', table: 'workers', filter: '' }])
})
