import type { Feature } from '@floodgate/core'
import t from 'tap'
import { orderFeatures } from '../src/order.ts'

const feature = (namespace: string, plugins?: string[]): Feature => ({ namespace, schemas: {}, ...plugins && { plugins } })

t.test('orderFeatures: several features may implement plugins of one namespace, each its own', async (t) => {
  const name = 'plugin/http-server'
  const [one, two, cors] = [feature(name, ['one']), feature(name, ['two']), feature('security/cors')]
  t.strictSame(orderFeatures([cors, one, two]), [one, two, cors], 'as they are given, before what is further in')
  for (const other of [feature(name, ['two', 'one']), feature(name)]) {
    t.throws(() => orderFeatures([one, other]), { code: 'FG_ERR_GATEWAY_FEATURE_TWICE' })
    t.throws(() => orderFeatures([other, one]), { code: 'FG_ERR_GATEWAY_FEATURE_TWICE' })
  }
  t.throws(() => orderFeatures([cors, feature('security/cors')]), { code: 'FG_ERR_GATEWAY_FEATURE_TWICE' })
})
