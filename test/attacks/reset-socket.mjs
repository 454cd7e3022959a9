// How a socket of the attacks ends with a reset.

/**
 * Resets a connection (RST). One that is ending already is closed as it can be: Node's `resetAndDestroy` fails while a
 * shutdown is under way (EINVAL), sends nothing, and never emits `close`.
 */
export function resetSocket (socket) {
  if (socket.writableEnded) socket.destroy()
  else socket.resetAndDestroy()
}
