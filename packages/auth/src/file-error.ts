const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
  ENOTDIR: 'there is no such file'
}

/** Returns a short reason why a file cannot be read: words for the common errors, the system's code for the others. */
export function describeFileError (error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code === 'ENOTFILE' || code === 'EFBIG' ? message : reasons[code ?? ''] ?? code ?? 'unknown error'
}
