const HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'te', 'upgrade', 'host', 'proxy-connection', 'trailer'])

/** Passes a request of node:http on to a path of an origin with undici's `dispatch()`, and what it answers back. */
export function pass (request, response, { by, origin, target }, body) {
  let resume
  by.dispatch({ origin, path: target, method: request.method, headers: kept(request.rawHeaders), body }, {
    onConnect (abort) { response.on('close', () => { if (!response.writableFinished) abort() }) },
    onHeaders (status, raw, resumeRead) {
      if (status < 200) return true
      resume = resumeRead
      response.writeHead(status, kept(raw))
      return true
    },
    onData (chunk) {
      if (response.write(chunk)) return true
      response.once('drain', resume)
      return false
    },
    onComplete () { response.end() },
    onError (err) { response.destroy(err) }
  })
}

function kept (raw) {
  const headers = []
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i].toString('latin1')
    if (!HOP.has(name.toLowerCase())) headers.push(name, raw[i + 1].toString('latin1'))
  }
  return headers
}
