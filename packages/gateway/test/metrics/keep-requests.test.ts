import t from 'tap'
import { keepRequests } from '../../src/metrics/keep-requests.ts'

t.test('keepRequests: series of endpoints that are still there, and of what matches none', (t) => {
  const keeps = keepRequests([{ method: 'GET', path: '/a' }])
  t.ok(keeps('floodgate_http_requests_total', { endpoint: '/a', method: 'GET', status: '200' }))
  t.notOk(keeps('floodgate_http_requests_total', { endpoint: '/a', method: 'POST', status: '200' }))
  t.notOk(keeps('floodgate_http_requests_total', { endpoint: '/b', method: 'GET', status: '200' }))
  t.ok(keeps('floodgate_http_unmatched_requests_total', { method: 'GET', status: '404' }))
  t.ok(keeps('floodgate_auth_requests_total', { endpoint: '/a', method: 'GET', reason: 'expired' }))
  t.notOk(keeps('floodgate_breaker_state', { endpoint: '/a', method: 'GET' }))
  t.end()
})
