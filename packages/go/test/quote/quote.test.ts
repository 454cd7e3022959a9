import t from 'tap'
import { canBackquote, quoteCharacter, quoteText } from '@floodgate/go'

t.test('quoteText: writes what %q writes', async (t) => {
  for (const [text, want] of [
    ['plain', '"plain"'], ['"\\', String.raw`"\"\\"`], ['\u0007\b\f\n\r\t\v', String.raw`"\a\b\f\n\r\t\v"`], ['\0\x1b\x7f', String.raw`"\x00\x1b\x7f"`],
    ['é😀', '"é😀"'], ['\u00a0\u2028\ufeff', String.raw`"\u00a0\u2028\ufeff"`], ['\u{e0001}', String.raw`"\U000e0001"`], ['a\ud800', '"a\ufffd"']
  ] as const) t.equal(quoteText(text), want)
})

t.test('quoteCharacter: writes what %q writes for a rune', async (t) => {
  for (const [character, want] of [['x', "'x'"], ["'", String.raw`'\''`], ['"', "'\"'"], ['\n', String.raw`'\n'`], ['😀', "'😀'"]] as const) t.equal(quoteCharacter(character), want)
})

t.test('canBackquote: one line without back quotes', async (t) => {
  t.ok(canBackquote('a\t"b"'))
  for (const text of ['a`', 'a\nb', '\x7f', '\ufeff']) t.notOk(canBackquote(text))
})
