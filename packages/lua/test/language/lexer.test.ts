import t from 'tap'
import { Lexer } from '../../src/language/lexer.ts'
import { ScriptSyntaxError } from '../../src/language/syntax-error.ts'

function tokens (source: string): [kind: string, text: string, line: number, column: number][] {
  const lexer = new Lexer(source)
  const found: [string, string, number, number][] = []
  for (let token = lexer.next(); token.kind !== 'end' || token.text !== ''; token = lexer.next()) found.push([token.kind, token.text, token.line, token.column])
  return found
}

const texts = (source: string): string[] => tokens(source).map(([, text]) => text)

t.test('Lexer: names, keywords, operators, with their places', (t) => {
  t.same(tokens('local x_1\n  =...;::a'), [['local', 'local', 1, 1], ['name', 'x_1', 1, 7], ['=', '=', 2, 3], ['...', '...', 2, 4], [';', ';', 2, 7], ['::', '::', 2, 8], ['name', 'a', 2, 10]])
  t.same(texts('a..b~=c<=d==e>=f'), ['a', '..', 'b', '~=', 'c', '<=', 'd', '==', 'e', '>=', 'f'])
  t.end()
})

t.test('Lexer: comments and blanks', (t) => {
  t.same(tokens('#!/usr/bin/lua\n-- a\nx --[[ b\n ]] y --[==[ ]] ]==] z --'), [['name', 'x', 3, 1], ['name', 'y', 4, 5], ['name', 'z', 4, 22]])
  t.end()
})

t.test('Lexer: strings and their escapes', (t) => {
  t.same(texts('"a\\n\\t\\\\\\"\\65\\0665\\x" \'"\' "a\\\nb"'), ['a\n\t\\"AB5x', '"', 'a\nb'])
  t.same(texts('[[\na\n]] [==[ ]] ]==] [[a\r\nb]]'), ['a\n', ' ]] ', 'a\nb'])
  t.same(tokens('"a\\\nb"\nx').at(-1), ['name', 'x', 3, 1])
  t.end()
})

t.test('Lexer: numbers', (t) => {
  const numbers = (source: string): number[] => {
    const lexer = new Lexer(source)
    return source.split(' ').map(() => lexer.next().number)
  }
  t.same(numbers('1 1.5 .5 1e3 1.5E-3 0xff 0XA 010 3. 12345678901234567890'), [1, 1.5, 0.5, 1000, 0.0015, 255, 10, 10, 3, Number('12345678901234567890')])
  t.end()
})

t.test('Lexer: what is not a token', (t) => {
  for (const [source, message, line, column] of [
    ['x = "abc', "'abc': unterminated string", 1, 5],
    ['\n "a\nb"', "'a': unterminated string", 2, 2],
    ['"a\\', "'a': unterminated string", 1, 1],
    ['[[ab', "'ab': unterminated multiline string", 1, 1],
    ['--[[ab', "'ab': invalid multiline comment", 1, 3],
    ['a ~ b', "'~': Invalid '~' token", 1, 3],
    ['a ! b', "'!': Invalid token", 1, 3],
    ['\u00e4', "'\u00e4': Invalid token", 1, 1]
  ] as const) {
    try {
      tokens(source)
      t.fail(source)
    } catch (error) {
      t.match(error, { constructor: ScriptSyntaxError, message, line, column }, source)
    }
  }
  t.end()
})
