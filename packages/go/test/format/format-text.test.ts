import t from 'tap'
import { formatText, padText, plainFlags, type Flags } from '@floodgate/go'

const flags = (some: Partial<Flags>): Flags => ({ ...plainFlags(), ...some })

t.test('formatText, padText: write what Go wrote (fmt.Sprintf)', async (t) => {
  const texts: readonly [text: string, verb: string, flags: Partial<Flags>, written: string | null][] = [
    ['héllo', 's', { precision: 2 }, 'hé'], ['é', 's', { width: 3 }, '  é'], ['hi', 'q', { sharp: true }, '`hi`'], ['a`', 'q', { sharp: true }, '"a`"'], ['é', 'q', { plus: true }, String.raw`"\u00e9"`],
    ['hé', 'x', {}, '68c3a9'], ['hé', 'X', { space: true, sharp: true }, '0X68 0XC3 0XA9'], ['', 'x', { sharp: true }, ''], ['x', 'd', {}, null]
  ]
  for (const [text, verb, some, written] of texts) {
    const got = formatText(text, verb, flags(some))
    t.equal(got === null ? null : padText(got, flags(some)), written)
  }
})
