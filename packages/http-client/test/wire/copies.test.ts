import t from 'tap'
import { prepend, recycle } from '@floodgate/http-client'
import { copy } from '../../src/wire/copies.ts'

function read (size: number, byte: number): Buffer {
  return Buffer.alloc(size, byte)
}

t.test('copy: memory comes back by recycle, and only as the part that was handed out', async (t) => {
  for (const size of [4098, 10_000, 16 * 1024, 16 * 1024 + 2, 64 * 1024]) {
    const first = copy(read(size + 2, 1), 1, size + 1)
    t.equal(first.length, size)
    recycle(first.subarray(0, size - 1))
    recycle(first.subarray(0))
    const second = copy(read(size, 2), 0, size)
    t.not(second.buffer, first.buffer, 'the first one is still out')
    t.ok(first.every((byte) => byte === 1))
    recycle(first)
    recycle(first)
    const third = copy(read(size - 1, 3), 0, size - 1)
    t.equal(third.buffer, first.buffer)
    t.equal(third.length, size - 1)
    const fourth = copy(read(size, 4), 0, size)
    t.not(fourth.buffer, first.buffer, 'given back once')
    t.ok(third.every((byte) => byte === 3) && second.every((byte) => byte === 2))
    for (const part of [second, third, fourth]) recycle(part)
  }
})

t.test('copy: parts that never come back leave each other alone, however many there are', async (t) => {
  for (const size of [10_000, 40_000]) {
    const parts = Array.from({ length: 600 }, (_, i) => copy(read(size, i % 251), 0, size))
    t.equal(new Set(parts.map(({ buffer }) => buffer)).size, parts.length)
    t.ok(parts.every((part, i) => part.length === size && part.every((byte) => byte === i % 251)))
    for (const part of parts) recycle(part)
  }
})

t.test('copy: small and large ones are not kept', async (t) => {
  for (const size of [1, 4096, 64 * 1024 + 1]) {
    const part = copy(read(size, 7), 0, size)
    recycle(part)
    t.ok(copy(read(size, 8), 0, size).every((byte) => byte === 8) && part.every((byte) => byte === 7))
  }
})

t.test('prepend: a text and a copy are one piece, where there is room and the copy is out', async (t) => {
  for (const size of [5000, 16 * 1024, 60_000]) {
    const part = copy(read(size, 98), 0, size)
    for (const text of ['', 'short \xe9', 'x'.repeat(1024)]) {
      const joined = prepend(text, part)
      t.equal(joined?.toString('latin1'), text + 'b'.repeat(size))
    }
    t.equal(prepend('x'.repeat(1025), part), null)
    t.equal(prepend('x', part.subarray(0)), null)
    recycle(part)
    t.equal(prepend('x', part), null)
    t.ok(copy(read(size, 99), 0, size).every((byte) => byte === 99))
  }
  t.equal(prepend('x', Buffer.from('small')), null)
  t.equal(prepend('x', Buffer.alloc(10_000)), null)
})
