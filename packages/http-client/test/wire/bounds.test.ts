import t from 'tap'
import { readAnswer } from './read-answer.ts'

const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'

t.test('AnswerReader: chunk lines and trailers of more than 64 KiB, and more than ten interim answers, are refused', async (t) => {
  const lineOf = (length: number): string => `${chunked}1;${'x'.repeat(length)}\r\na\r\n0\r\n\r\n`
  t.equal(readAnswer(lineOf(60_000), 'GET', []).body, 'a')
  t.equal(readAnswer(lineOf(70_000), 'GET', []).ok, false)
  t.equal(readAnswer(`${chunked}1${' '.repeat(70_000)}\r\na\r\n0\r\n\r\n`, 'GET', []).ok, false)
  const small = '1;xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\na\r\n'
  t.equal(readAnswer(`${chunked}${small.repeat(1000)}0\r\n\r\n`, 'GET', []).body.length, 1000)
  t.equal(readAnswer(`${chunked}${small.repeat(3000)}0\r\n\r\n`, 'GET', []).ok, false, 'many of them, each small')
  t.equal(readAnswer(`${chunked}${'1\r\na\r\n'.repeat(50_000)}0\r\n\r\n`, 'GET', []).body.length, 50_000, 'chunks of one byte alone are fine')
  t.equal(readAnswer(`${chunked}0\r\nX: ${'x'.repeat(60_000)}\r\n\r\n`, 'GET', []).ok, true)
  t.equal(readAnswer(`${chunked}0\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`, 'GET', []).ok, false)
  const interim = 'HTTP/1.1 102 Processing\r\n\r\n'
  const final = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
  t.equal(readAnswer(interim.repeat(10) + final, 'GET', []).ok, true)
  t.equal(readAnswer(interim.repeat(11) + final, 'GET', []).ok, false)
  const long = `HTTP/1.1 103 Early Hints\r\nX: ${'x'.repeat(200_000)}\r\n\r\n`
  t.equal(readAnswer(long.repeat(6) + final, 'GET', []).ok, false, 'a megabyte of them')
})

t.test('AnswerReader: a head that comes in small pieces is looked at once', async (t) => {
  const head = `HTTP/1.1 200 OK\r\n${`X-Field: ${'v'.repeat(90)}\r\n`.repeat(4000)}Content-Length: 0\r\n\r\n`
  const cuts = Array.from({ length: Math.floor(head.length / 10) }, (_, i) => i * 10)
  t.equal(readAnswer(head, 'GET', cuts).ok, true)
})
