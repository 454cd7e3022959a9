import t from 'tap'
import { loadCompression } from '../../src/compression/load-compression.ts'

t.test('loadCompression: only where disable_gzip is written as false', async (t) => {
  for (const extra of [{}, { router: {} }, { router: { disable_gzip: true } }, { router: { disable_gzip: undefined } }]) t.equal(await loadCompression({ extra }), null)
  t.type(await loadCompression({ extra: { router: { disable_gzip: false } } }), 'function')
})
