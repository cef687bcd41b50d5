import type { Server } from 'node:net';

/** Resolves when the server listens; rejects where it cannot. */
export function listen(
  server: Server,
  where: { readonly path: string } | { readonly port: number; readonly host: string },
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
