import t from 'tap'
import { jsonProblem } from '@floodgate/go'

t.test('jsonProblem: says what json.Decoder says', async (t) => {
  for (const [text, want] of [
    ['{"a":[1,2.5e3,true,null,"\\u00e9"]}', null], ['1e400', null], ['', 'EOF'], [' \n', 'EOF'], ['{"a":', 'unexpected EOF'], ['"x', 'unexpected EOF'], ['tru', 'unexpected EOF'], ['-', 'unexpected EOF'],
    ['{a}', "invalid character 'a' looking for beginning of object key string"], ['[1 2]', "invalid character '2' after array element"], ['{"a" 1}', "invalid character '1' after object key"],
    ['01', "invalid character '1' after top-level value"], ['1.x', "invalid character 'x' after decimal point in numeric literal"], ["'a'", String.raw`invalid character '\'' looking for beginning of value`],
    ['"\n"', String.raw`invalid character '\n' in string literal`], ['"\\x"', "invalid character 'x' in string escape code"], ['trux', "invalid character 'x' in literal true (expecting 'e')"], ['é', "invalid character 'Ã' looking for beginning of value"]
  ] as const) t.equal(jsonProblem(text), want, JSON.stringify(text))
})
