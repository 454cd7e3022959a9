import t from 'tap'
import type { Service } from '@floodgate/core'
import { tellHidden } from '../../src/static-filesystem/tell-hidden.ts'

t.test('tellHidden: names endpoints whose fixed part is below the prefix and not skipped', async (t) => {
  const told: string[] = []
  const paths = ['/m', '/m/a/{x}', '/m/*', '/m/api/b', '/me/a', '/{x}/m', '/m{x}']
  const model = { endpoints: paths.map((path, i) => ({ path, place: ['endpoints', i] })) } as unknown as Service
  tellHidden({ prefix: '/m', path: '.', skip: ['/m/api'] }, { model, warning (place) { told.push(place.join('.')) } })
  t.strictSame(told, ['endpoints.0.endpoint', 'endpoints.1.endpoint', 'endpoints.2.endpoint'])
})
