// Reads the answers of one HTTP/1.1 connection strictly: what Node's client would forgive is a problem here.

/**
 * Creates a reader for answers to requests with these methods, in their order. `push` takes the bytes as they come and `end`
 * the end of the connection; `answers` grows, and the last one may be incomplete. `problem` is set once the bytes are not HTTP.
 * Bodies are kept up to `KEPT` bytes, as Latin-1.
 */
export function createAnswerReader (methods = []) {
  let rest = ''
  let current = null
  let left = 0
  let state = 'head'
  const reader = { answers: [], problem: null, interim: 0, complete: 0, push, end }
  return reader

  function push (chunk) {
    if (reader.problem !== null) return
    rest += chunk.latin1Slice(0, chunk.length)
    while (reader.problem === null && step()) { /* goes on while there is something to read */ }
  }

  function end () {
    if (state === 'until-close') finish()
    else if (state === 'head' && rest !== '' && reader.problem === null) reader.problem = `the connection ended in a head: ${JSON.stringify(rest.slice(0, 200))}`
  }

  function step () {
    switch (state) {
      case 'head': return readHead()
      case 'length':
      case 'chunk': {
        const part = rest.slice(0, left)
        keep(part)
        rest = rest.slice(part.length)
        left -= part.length
        if (left > 0) return false
        if (state === 'length') finish()
        else state = 'chunk-end'
        return true
      }
      case 'until-close':
        keep(rest)
        rest = ''
        return false
      case 'chunk-end':
        if (rest.length < 2) return false
        if (!rest.startsWith('\r\n')) return fail('no line end behind a chunk')
        rest = rest.slice(2)
        state = 'chunk-size'
        return true
      case 'chunk-size': {
        const line = readLine()
        if (line === null) return false
        if (!/^[0-9a-f]+$/i.test(line)) return fail(`a chunk size ${JSON.stringify(line)}`)
        left = parseInt(line, 16)
        state = left === 0 ? 'trailers' : 'chunk'
        return true
      }
      case 'trailers': {
        const line = readLine()
        if (line === null) return false
        if (line === '') finish()
        return true
      }
    }
  }

  function readHead () {
    const end = rest.indexOf('\r\n\r\n')
    if (end < 0) {
      const start = rest.slice(0, 9)
      return start === 'HTTP/1.1 '.slice(0, start.length) ? false : fail(`bytes that begin no answer: ${JSON.stringify(rest.slice(0, 200))}`)
    }
    const [line, ...fields] = rest.slice(0, end).split('\r\n')
    rest = rest.slice(end + 4)
    const matched = /^HTTP\/1\.1 ([1-9]\d\d) ?.*$/.exec(line)
    if (matched === null) return fail(`a status line ${JSON.stringify(line)}`)
    const headers = {}
    for (const field of fields) {
      const colon = field.indexOf(':')
      if (colon < 1) return fail(`a header line ${JSON.stringify(field)}`)
      const name = field.slice(0, colon).toLowerCase()
      headers[name] = name in headers ? `${headers[name]}, ${field.slice(colon + 1).trim()}` : field.slice(colon + 1).trim()
    }
    const status = Number(matched[1])
    if (status < 200 && status !== 101) {
      reader.interim++
      return true
    }
    current = { status, headers, body: '', length: 0, complete: false }
    const method = methods[reader.answers.length]
    reader.answers.push(current)
    if (headers['transfer-encoding'] !== undefined && headers['content-length'] !== undefined) return fail('an answer with both framings')
    if (method === 'HEAD' || status === 204 || status === 304) finish()
    else if (headers['transfer-encoding'] !== undefined) state = 'chunk-size'
    else if (headers['content-length'] !== undefined) {
      if (!/^\d+$/.test(headers['content-length'])) return fail(`a length ${JSON.stringify(headers['content-length'])}`)
      left = Number(headers['content-length'])
      state = 'length'
      if (left === 0) finish()
    } else state = 'until-close'
    return true
  }

  function readLine () {
    const end = rest.indexOf('\r\n')
    if (end < 0) return null
    const line = rest.slice(0, end)
    rest = rest.slice(end + 2)
    return line
  }

  function keep (part) {
    current.length += part.length
    if (current.body.length < KEPT) current.body += part.slice(0, KEPT - current.body.length)
  }

  function finish () {
    current.complete = true
    reader.complete++
    state = 'head'
  }

  function fail (what) {
    reader.problem = what
    return false
  }
}

const KEPT = 16 << 10
