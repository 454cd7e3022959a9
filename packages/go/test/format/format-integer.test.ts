import t from 'tap'
import { formatInteger, padText, plainFlags, type Flags } from '@floodgate/go'

const flags = (some: Partial<Flags>): Flags => ({ ...plainFlags(), ...some })

t.test('formatInteger, padText: write what Go wrote (fmt.Sprintf)', async (t) => {
  const texts: readonly [value: number | bigint, verb: string, flags: Partial<Flags>, text: string][] = [
    [-42, 'd', {}, '-42'], [42n, 'd', { plus: true }, '+42'], [42, 'd', { space: true, width: 6 }, '    42'], [-42, 'd', { zero: true, width: 6 }, '-00042'], [42, 'd', { minus: true, zero: true, width: 5 }, '42   '],
    [42, 'd', { precision: 4, width: 6 }, '  0042'], [0, 'd', { precision: 0 }, ''], [0n, 'd', { precision: 0, width: 2 }, '  '], [255, 'x', { sharp: true }, '0xff'], [255, 'X', { sharp: true }, '0XFF'], [8, 'o', { sharp: true }, '010'], [8, 'O', {}, '0o10'],
    [5, 'b', { sharp: true }, '0b101'], [(1n << 64n) - 1n, 'd', {}, '18446744073709551615']
  ]
  for (const [value, verb, some, text] of texts) t.equal(padText(formatInteger(value, verb, flags(some)), flags(some), false), text)
})
