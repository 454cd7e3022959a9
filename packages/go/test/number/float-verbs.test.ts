import t from 'tap'
import { binaryFloat, hexFloat, withPoint } from '@floodgate/go'

t.test('hexFloat, binaryFloat, withPoint: write what Go wrote (%x, %b, %#g)', async (t) => {
  t.equal(hexFloat(1.5, -1, false, false), '0x1.8p+00')
  t.equal(hexFloat(-0.1, 3, true, false), '-0X1.99AP-04')
  t.equal(hexFloat(0, -1, false, false), '0x0p+00')
  t.equal(hexFloat(Infinity, -1, false, false), '+Inf')
  t.equal(binaryFloat(1), '4503599627370496p-52')
  t.equal(withPoint('1', 'g', -1), '1.00000')
})
