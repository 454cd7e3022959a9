/** Formats below types whose other formats are compressed, which are not: they are text, or plain pixels. */
const plain: ReadonlySet<string> = new Set([
  'image/svg+xml', 'image/bmp', 'image/x-ms-bmp', 'image/x-icon', 'image/vnd.microsoft.icon', 'audio/wav', 'audio/x-wav'
])

const compressedTypes = /^(?:image|audio|video)\//
const compressedFormats: ReadonlySet<string> = new Set([
  // What is not described further is mostly a download.
  'application/octet-stream',
  'application/epub+zip', 'application/font-woff', 'application/gzip', 'application/java-archive', 'application/ogg', 'application/pdf',
  'application/vnd.android.package-archive', 'application/vnd.ms-cab-compressed', 'application/vnd.rar', 'application/x-7z-compressed',
  'application/x-brotli', 'application/x-bzip', 'application/x-bzip2', 'application/x-compress', 'application/x-compressed',
  'application/x-font-woff', 'application/x-gzip', 'application/x-lzip', 'application/x-lzma', 'application/x-rar-compressed',
  'application/x-xz', 'application/x-zip-compressed', 'application/x-zstd', 'application/zip', 'application/zlib', 'application/zstd',
  'font/woff', 'font/woff2'
])
// Office documents are archives.
const compressedFamilies = /^application\/vnd\.(?:openxmlformats-officedocument|oasis\.opendocument)\.|\+(?:zip|gzip|zstd)$/

/** Formats whose parts a client handles as they arrive. */
const events = /^(?:text\/event-stream|multipart\/x-mixed-replace|application\/grpc(?:-web)?(?:[+-].*)?)$/

/**
 * Returns whether an answer of a media type is worth compressing: not if the format is compressed itself, or is sent in
 * parts that must arrive at once. A missing type is.
 *
 * @param contentType `Content-Type`, with parameters
 */
export function isCompressibleType (contentType: string): boolean {
  const type = contentType.split(';', 1)[0]!.trim().toLowerCase()
  if (plain.has(type)) return true
  return !compressedTypes.test(type) && !compressedFormats.has(type) && !compressedFamilies.test(type) && !events.test(type)
}
