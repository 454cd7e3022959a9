import t from 'tap'
import type { Backend, Endpoint, FeatureContext, Place } from '@floodgate/core'
import { checkProxy } from '../src/check-proxy.ts'
import { createBackend } from './support/requests.ts'

/** Settings of an endpoint's `proxy`, and of those of its backends. */
function check (settings: object | undefined, backends: readonly object[]): string[] {
  const found: string[] = []
  const note = (kind: string) => (place: Place, message: string): void => { found.push(`${kind} ${place.join('.')}: ${message}`) }
  const endpoint = {
    place: ['e'],
    extra: settings === undefined ? {} : { proxy: settings },
    backends: backends.map((own, i): Backend => createBackend({ place: ['e', i], extra: { proxy: own } }))
  } as unknown as Endpoint
  checkProxy({ model: { endpoints: [endpoint] } as unknown as FeatureContext['model'], problem: note('error'), warning: note('warning') })
  return found
}

t.test('checkProxy: an endpoint of shadows alone has no answer', async (t) => {
  t.match(check(undefined, [{ shadow: true }, { shadow: true }]), [/^error e\.backend: all backends of this endpoint are shadows/])
  t.same(check(undefined, [{ shadow: true }, {}]), [])
})

t.test('checkProxy: settings of an endpoint without effect', async (t) => {
  const move = { type: 'move', args: ['a', 'b'] }
  const rows: [settings: object, backends: number, ...found: RegExp[]][] = [
    [{ sequential: true, sequential_propagated_params: ['resp0_id', 'resp0'] }, 2],
    [{ strategy: 'fallback' }, 2],
    [{ strategy: 'fallback' }, 1, /proxy\.strategy: has no effect: the endpoint has one backend/],
    [{ sequential: true }, 1, /proxy\.sequential: has no effect: the endpoint has one backend/],
    [{ strategy: 'sequential' }, 1, /proxy\.strategy: has no effect/],
    [{ strategy: 'fallback', sequential: true }, 2, /proxy\.sequential: has no effect: "strategy" is "fallback"/],
    [{ sequential_propagated_params: ['resp0_id'] }, 2, /without "sequential": true/],
    [{ sequential: true, sequential_propagated_params: ['id', 'resp1_id', 'resp7_id'] }, 2,
      /params\.0: "id" has no effect: write it as/, /params\.1: .*no backend comes after backend 1/, /params\.2: .*there is no backend 7/],
    [{ static: {} }, 1, /proxy\.static: has no effect: it has no "data"/],
    [{ static: { data: {}, strategy: 'sometimes' } }, 1, /static\.strategy: "sometimes" counts as "always"/],
    [{ flatmap_filter: [move] }, 2],
    [{ flatmap_filter: [move] }, 1, /flatmap_filter: has no effect: the endpoint merges no responses/],
    [{ flatmap_filter: [{ type: 'toString', args: [] }, { type: 'move', args: ['a'] }, { type: 'del', args: [] }] }, 2,
      /flatmap_filter\.0\.type: "toString" has no effect/, /flatmap_filter\.1\.args: .*two paths/, /flatmap_filter\.2\.args: .*a path/]
  ]
  for (const [settings, count, ...found] of rows) {
    const warnings = check(settings, Array.from({ length: count }, () => ({})))
    t.equal(warnings.length, found.length, JSON.stringify(settings))
    t.match(warnings, found, JSON.stringify(settings))
  }
})

t.test('checkProxy: settings of a backend without effect', async (t) => {
  t.same(check(undefined, [{}, { shadow: true, shadow_timeout: '1s' }]), [])
  t.match(check(undefined, [{ shadow_timeout: '1s' }]), [/^warning e\.0\.extra_config\.proxy\.shadow_timeout: has no effect without "shadow": true/])
  t.match(check(undefined, [{}, { shadow: true, shadow_timeout: 'soon' }]), [/shadow_timeout: "soon" is not a valid duration/])
  t.match(check(undefined, [{ flatmap_filter: [{ type: 'mov', args: ['a', 'b'] }] }]), [/flatmap_filter\.0\.type: "mov" has no effect: write "move", "append" or "del"/])
})
