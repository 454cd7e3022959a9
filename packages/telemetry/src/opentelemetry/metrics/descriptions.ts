/** What each metric says, for Prometheus' HELP and OTLP's description. */
export const descriptions: Readonly<Record<string, string>> = {
  'http.server.duration': 'Duration of client requests, in seconds.',
  'http.server.response.size': 'Size of the bodies sent to clients, in bytes.',
  'http.server.request.duration': 'Duration of client requests, in seconds.',
  'http.server.response.body.size': 'Size of the bodies sent to clients, in bytes.',
  'krakend.proxy.duration': 'Duration of the answers of endpoints, in seconds.',
  'krakend.backend.duration': 'Duration of the answers of backends, in seconds.',
  'http.client.duration': 'Duration of calls to backends up to their response headers, in seconds.',
  'http.client.request.started.count': 'Calls to backends.',
  'http.client.request.failed.count': 'Calls to backends without a response.',
  'http.client.request.canceled.count': 'Calls to backends that ended because the client disconnected.',
  'http.client.request.timedout.count': 'Calls to backends that ended because of the timeout.',
  'http.client.request.size': 'Size of the bodies sent to backends, in bytes.',
  'http.client.request.get-conn.duration': 'Time until a call had its connection and was sent, in seconds.',
  'http.client.response.size': 'Content-Length of the responses of backends, in bytes.',
  'http.client.response.no-content-length': 'Responses of backends without a Content-Length.',
  'http.client.response.read.size': 'Bytes read of the bodies of backends.',
  'http.client.response.read.size-hist': 'Bytes read of each body of a backend.',
  'http.client.response.read.time': 'Time spent with reading bodies of backends.',
  'http.client.response.read.time-hist': 'Time spent with reading each body of a backend.',
  'http.client.response.read.errors': 'Bodies of backends that broke off.'
}
