/** What is odd about a generated answer: each word is written in where `answers.ts` makes it. */
export type Oddity = keyof typeof oddities

/** Where our reading of an oddity differs from that of undici's parser, and by what right; null = it does not. */
export interface Difference {
  /** We read what undici refuses, we refuse what it reads, or both read it and not the same. */
  readonly kinds: readonly ('we read' | 'we refuse' | 'both read')[]
  /** An RFC's section, or the file of Go's that says so. */
  readonly source: string
}

/** Every oddity that is generated, and the written difference, if there is one. */
export const oddities = {
  continue: { kinds: ['we read'], source: 'RFC 9110, 15.2; net/http/transport.go, readResponse: interim answers are skipped, asked for or not' },
  version: { kinds: ['we read', 'both read'], source: 'net/http/request.go, ParseHTTPVersion: any two digits; before 1.1 an answer has no chunks (net/http/transfer.go, parseTransferEncoding)' },
  'no blank behind the status': { kinds: ['we read'], source: 'net/http/response.go, ReadResponse: the reason may be missing with its blank' },
  'several blanks before the status': { kinds: ['we read'], source: 'net/http/response.go, ReadResponse: TrimLeft' },
  'broken status line': { kinds: ['we refuse'], source: 'RFC 9112, 4, and a status below 100 that no server can pass on' },
  'blanks around a value': { kinds: ['both read'], source: 'RFC 9110, 5.5: blanks and tabs at both ends are no part of a value; undici keeps those behind it' },
  'folded line': { kinds: ['we read', 'both read'], source: 'RFC 9112, 5.2; net/textproto/reader.go, readContinuedLineSlice: one blank in place of the fold' },
  'blank in a name': { kinds: ['we read', 'we refuse'], source: 'RFC 9112, 5.1: no blank before the colon; net/textproto/reader.go: such names are no fields. One that decides on the body is refused' },
  'no name': { kinds: ['we read'], source: 'net/textproto/reader.go, ReadMIMEHeader: an empty key is skipped' },
  'no colon': null,
  'invalid name': null,
  'control character': { kinds: ['we refuse'], source: 'net/textproto/reader.go, validHeaderValueByte: no control character but the tab' },
  'until the end': null,
  'length with zeros': null,
  'length twice': { kinds: ['we read'], source: 'RFC 9112, 6.3; net/http/transfer.go, fixLength: equal lengths count once' },
  'different lengths': null,
  'invalid length': { kinds: ['we refuse'], source: 'net/http/transfer.go, parseContentLength: digits only, and not empty, also where there is no body' },
  'too short': null,
  'other coding': { kinds: ['we refuse'], source: 'net/http/transfer.go, parseTransferEncoding: chunked alone, whatever the status' },
  'coding in capitals': null,
  'coding before HTTP/1.1': { kinds: ['we read', 'both read'], source: 'net/http/transfer.go, parseTransferEncoding: means nothing in an answer of HTTP/1.0, whose body then ends with the connection (RFC 9112, 6.1)' },
  'length without a body': { kinds: ['we read'], source: 'RFC 9110, 8.6 and 15.4.5: a 304 has the length of the body that it does not send; RFC 9112, 6.3' },
  'coding twice': { kinds: ['we refuse'], source: 'net/http/transfer.go, parseTransferEncoding: one field' },
  'length beside chunks': { kinds: ['we read', 'both read'], source: 'RFC 9112, 6.3: chunks override the length, which is taken out' },
  'Trailer field': null,
  'size with zeros': { kinds: ['we refuse'], source: 'net/http/internal/chunked.go, parseHexUint: 16 digits' },
  'blanks behind a size': { kinds: ['we read'], source: 'net/http/internal/chunked.go, trimTrailingWhitespace' },
  'blank before a size': null,
  'odd extension': { kinds: ['we read', 'we refuse'], source: 'net/http/internal/chunked.go, removeChunkExtension: whatever stands behind the semicolon, and nothing between size and semicolon' },
  'invalid size': null,
  'bare LF behind a size': null,
  'no CRLF behind a chunk': null,
  'odd trailer': { kinds: ['we read', 'we refuse'], source: 'net/http/transfer.go, readTrailer: a header block like others (net/textproto/reader.go)' },
  'bare LF behind the trailers': { kinds: ['we read'], source: 'net/textproto/reader.go, ReadLine: LF ends a line of a header block' },
  'bare LF in the head': { kinds: ['we read'], source: 'RFC 9112, 2.2; net/textproto/reader.go, ReadLine' },
  'more behind it': null,
  'broken off': null
} as const satisfies Record<string, Difference | null>
