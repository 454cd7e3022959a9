import fs from 'node:fs'

/**
 * Opens what stdout (1) or stderr (2) writes to once more, so that writes fail where they would wait. Whether a write waits
 * is a property of the open file description, which this process shares with whoever started it, with its workers, and
 * with others that write there: each of them changes it for all (Node when it starts a process and when it ends).
 *
 * A regular file is given as it is: it takes every write, and its position must stay shared.
 *
 * @returns null where it cannot be opened again: sockets, pipes of another user, systems without `/proc`
 */
export function openOwnDescription (fd: 1 | 2): number | null {
  try {
    // With big integers: Node 20 keeps the numbers of the last other stat, and after one of a pipe or socket its `require`
    // follows no links (fs.realpathSync), so that modules which are loaded later are not found.
    if (fs.fstatSync(fd, { bigint: true }).isFile()) return fd
    return fs.openSync(`/proc/self/fd/${fd}`, fs.constants.O_WRONLY | fs.constants.O_NONBLOCK | fs.constants.O_NOCTTY)
  } catch {
    return null
  }
}
