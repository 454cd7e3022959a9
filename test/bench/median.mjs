export function median (numbers) {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1]
}
