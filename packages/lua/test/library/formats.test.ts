import t from 'tap'
import { failure, value } from '../support/run-script.ts'

t.test('string.format: as Go formats', async (t) => {
  for (const [args, text] of [
    ['"%d %d", 42, 2.9', '42 2'], ['"%5d|%-5d|%05d|%+d", 42, 42, 42, 42', '   42|42   |00042|+42'], ['"%i", 7', '7'], ['"%x %X %o", 255, 255, 8', 'ff FF 10'], ['"%.2f", 3.14159', '3.14'], ['"%8.3f|%-8.1f|%08.2f", 3.14159, 2.5, -1.5', '   3.142|2.5     |-0001.50'], ['"%f", 1', '1.000000'], ['"%e", 12345.678', '1.234568e+04'], ['"%E", 0', '0.000000E+00'], ['"%g", 1/3', '0.3333333333333333'], ['"%g", 1e20', '1e+20'], ['"%g", 100', '100'], ['"%.3g", 1234.5', '1.23e+03'],
    ['"%s %s %s %s", "x", nil, true, 1.5', 'x nil true 1.5'], ['"%5s|%-5s|%.2s", "ab", "ab", "abc"', '   ab|ab   |ab'], ['"%s", 10/2', '5'], ['"%q", "a\\nb\\"c"', '"a\\nb\\"c"'], ['"%c%c", 72, 105', 'Hi'], ['"%%"', '%'], ['"%d%%", 5', '5%'], ['"%d"', '%!d(MISSING)'], ['"%d", "10"', '10'], ['"%v %v", 1, 1.5', '1 1.5'], ['"%d", true', '%!d(bool=true)'], ['"%s", "ä"', 'ä'], ['"%3s|", "ä"', '  ä|'], ['"x"', 'x'], ['"%d", 1, 2', '1'], ['"100%"', '100%!(NOVERB)'], ['"%z", 1', '%!z(float64=1)']
  ] as const) t.equal(await value(`return string.format(${args})`), text, args)
  t.match(await value('return string.format("%s", {})'), /^table: 0x/)
  t.match(await failure('string.format("%99999d", 1)'), /more than 10000/)
})
