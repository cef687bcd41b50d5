/** From here on this process gets the fake where it asks for VS Code. */
import { registerHooks } from 'node:module';

registerHooks({
  resolve: (name, context, next) =>
    name === 'vscode' ? { url: new URL('vscode.ts', import.meta.url).href, shortCircuit: true } : next(name, context),
});
