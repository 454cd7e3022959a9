import t from 'tap'
import { compileGoVerb } from '@floodgate/go'

t.test('compileGoVerb: writes what Go wrote (fmt.Sprintf), and refuses what does not fit', async (t) => {
  const texts: Record<string, string> = { '.4s': 'WARN', s: 'WARNING', '-10s': 'WARNING   ', '10s': '   WARNING', q: '"WARNING"', '.6s': 'WARNIN', v: 'WARNING', '-8.3s': 'WAR     ', '010s': '000WARNING' }
  for (const [layout, want] of Object.entries(texts)) t.equal(compileGoVerb(layout, 'text')?.('WARNING'), want, layout)
  const numbers: Record<string, string> = { d: '171', '03x': '0ab', '5d': '  171', '-5d': '171  ', X: 'AB', v: '171', b: '10101011', o: '253', '05d': '00171' }
  for (const [layout, want] of Object.entries(numbers)) t.equal(compileGoVerb(layout, 'number')?.(171), want, layout)
  for (const layout of ['d', '', 'z', '.4', '{}']) t.equal(compileGoVerb(layout, 'text'), null, layout)
  for (const layout of ['s', 'q', '.']) t.equal(compileGoVerb(layout, 'number'), null, layout)
})

t.test('compileGoVerb: quotes as Go does, not as JSON', async (t) => {
  t.equal(compileGoVerb('q', 'text')?.('a\u0007\u0000é\u2028'), String.raw`"a\a\x00é\u2028"`)
})
