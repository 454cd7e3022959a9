import type { FeatureContext } from '@floodgate/core'
import t from 'tap'
import { feature } from '../../src/url-rewrite/feature.ts'

const endpoint = (path: string) => ({ path, method: 'GET', index: 0, place: ['endpoints', 0], backends: [], extra: {} })

/** What the feature says about its settings. */
function said (settings: object): { errors: string[], warnings: string[] } {
  const errors: string[] = []
  const warnings: string[] = []
  const into = (told: string[]) => (place: readonly unknown[], message: string): void => { told.push(`${place.slice(2).join('.')}: ${message}`) }
  const model = { extra: { 'plugin/http-server': { name: ['url-rewrite'], ...settings } }, endpoints: [endpoint('/hello'), endpoint('/user/{id}')] }
  feature.setup!({ model, scope: { server: {} }, problem: into(errors), warning: into(warnings) } as unknown as FeatureContext)
  return { errors, warnings: warnings.filter((text) => !text.includes('the app\'s own router comes first')) }
}

t.test('url-rewrite: says what is wrong', async (t) => {
  const of = (own: object) => said({ 'url-rewrite': own })
  t.strictSame(of({ literal: { '/hi': '/hello', '/me': '/user/1', '/she': '/user/{id}' }, regexp: [['^/x', '/y']] }), { errors: [], warnings: [] })
  t.match(of({ literal: { '/hi': '/helo', hi: '/hello' } }).warnings, [/^url-rewrite\.literal\.\/hi: no endpoint has the path "\/helo": requests for "\/hi" are answered 404/, /^url-rewrite\.literal\.hi: matches nothing: paths begin with "\/"/])
  t.match(of({ regexp: [['ok', '/'], ['(', '/']] }).errors, [/^url-rewrite\.regexp\.1\.0: not an expression in Go's syntax: .*missing closing \)/])
  t.match(of({}).warnings, [/^url-rewrite: rewrites nothing/])
  t.match(said({}).warnings, [/^name: rewrites nothing/])
  t.match(said({ name: [], 'url-rewrite': {} }).warnings, [/^url-rewrite: has no effect: add "url-rewrite" to "name"/])
})
