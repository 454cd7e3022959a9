import fs from 'node:fs'

/**
 * Opens what stdout (1) or stderr (2) writes to once more, so that writes fail instead of blocking. Whether a write
 * blocks is a property of the open file description, which this process shares with its parent, its workers and other
 * writers: each of them changes it for all (Node when it starts a process and when it ends).
 *
 * A regular file is returned as it is: its writes never block, and its position must stay shared.
 *
 * @returns null if it cannot be opened again: sockets, pipes of another user, systems without `/proc`
 */
export function openOwnDescription (fd: 1 | 2): number | null {
  try {
    // Uses big integers: Node 20 keeps the numbers of the last other stat, and after that of a pipe or socket its
    // `require` does not follow links (fs.realpathSync), so that modules which are loaded later are not found.
    if (fs.fstatSync(fd, { bigint: true }).isFile()) return fd
    return fs.openSync(`/proc/self/fd/${fd}`, fs.constants.O_WRONLY | fs.constants.O_NONBLOCK | fs.constants.O_NOCTTY)
  } catch {
    return null
  }
}
