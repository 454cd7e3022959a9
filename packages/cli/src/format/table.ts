/** Formats rows as columns of equal width, separated by two spaces, without trailing spaces. Colours have no width. */
export function layOut (rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of rows) row.forEach((cell, i) => { widths[i] = Math.max(widths[i] ?? 0, widthOf(cell)) })
  return rows.map(
    (row) => row.map((cell, i) => i === row.length - 1 ? cell : cell + ' '.repeat(widths[i]! - widthOf(cell))).join('  ').trimEnd()
  )
}

function widthOf (text: string): number {
  // eslint-disable-next-line no-control-regex
  return [...text.replace(/\u001b\[\d+m/g, '')].length
}
