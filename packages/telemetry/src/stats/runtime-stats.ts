/** The memory of this process in bytes, under the names that Go's runtime has for it. */
export function readMemory (): Readonly<Record<'Alloc' | 'HeapAlloc' | 'HeapInuse' | 'HeapSys' | 'Sys', number>> {
  const { heapUsed, heapTotal, rss } = process.memoryUsage()
  return { Alloc: heapUsed, HeapAlloc: heapUsed, HeapInuse: heapUsed, HeapSys: heapTotal, Sys: rss }
}
