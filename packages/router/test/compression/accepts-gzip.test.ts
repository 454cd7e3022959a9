import t from 'tap'
import { acceptsGzip } from '../../src/compression/accepts-gzip.ts'

t.test('acceptsGzip: codings with their weights', (t) => {
  const accepted = [
    'gzip', 'GZIP', 'x-gzip', 'gzip, deflate, br, zstd', 'br;q=1.0, gzip;q=0.8, *;q=0.1', 'gzip;q=0.001', ' gzip ; Q=0.5 ', '*', '*;q=0.5', 'identity;q=0, *',
    'identity;q=0.5, gzip', 'identity, gzip', 'gzip;q=1.000', 'deflate,,gzip', 'identity;q=0, gzip;q=0.1', 'gzip;level=9'
  ]
  const refused = [
    undefined, '', 'br', 'deflate, br', 'identity', 'gzip;q=0', 'gzip;q=0.000', 'x-gzip;q=0', '*;q=0', 'gzip;q=0, *', 'gzip, gzip;q=0', 'gzip, x-gzip;q=0', 'identity, gzip;q=0.5', 'identity;q=0.5, *;q=0.1',
    'identity, *;q=0.5', 'gzip;q=2', 'gzip;q=', 'gzip;q=-1', 'gzip;q=abc', 'gzip;q=0.1234', 'gzip;q =1', 'gzipped', 'notgzip', '"gzip"', 'constructor', '__proto__'
  ]
  for (const field of accepted) t.equal(acceptsGzip(field), true, field)
  for (const field of refused) t.equal(acceptsGzip(field), false, String(field))
  t.end()
})

t.test('acceptsGzip: a field of a mebibyte is read once', (t) => {
  t.equal(acceptsGzip(`${'br;q=0.5,'.repeat(120_000)}gzip`), true)
  t.equal(acceptsGzip(`gzip;${'q;'.repeat(500_000)}q=0`), false)
  t.equal(acceptsGzip(`gzip;q=0.${'0'.repeat(1_000_000)}1`), false)
  t.end()
})
