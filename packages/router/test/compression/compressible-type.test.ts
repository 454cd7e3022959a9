import t from 'tap'
import { isCompressibleType } from '../../src/compression/compressible-type.ts'

t.test('isCompressibleType: text and what is not known; not what is compressed, nor what arrives in parts', (t) => {
  const worth = [
    '', 'application/json', 'application/json; charset=utf-8', 'text/html', 'TEXT/CSV', 'application/problem+json', 'application/xml', 'application/wasm', 'application/x-ndjson', 'image/svg+xml; charset=utf-8', 'image/bmp',
    'font/ttf', 'application/x-tar', 'application/vnd.own'
  ]
  const not = [
    'image/png', 'IMAGE/JPEG', 'image/webp', 'video/mp4', 'audio/mpeg', 'font/woff2', 'font/woff', 'application/zip', 'application/gzip ; x=1', 'application/pdf', 'application/octet-stream', 'application/epub+zip', 'application/x-own+gzip',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'application/vnd.oasis.opendocument.text', 'text/event-stream', 'Text/Event-Stream; charset=utf-8', 'multipart/x-mixed-replace; boundary=x',
    'application/grpc', 'application/grpc+proto', 'application/grpc-web-text'
  ]
  for (const type of worth) t.equal(isCompressibleType(type), true, type)
  for (const type of not) t.equal(isCompressibleType(type), false, type)
  t.end()
})
