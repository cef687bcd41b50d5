import { after, afterEach, before, beforeEach } from 'node:test';
import { type EditorTools, editorTools } from './editorServer.ts';
import { type Editor, type EditorOptions, openEditor } from './openEditor.ts';

/** The tools, or why tests in the editor are skipped here; asked once a file, so that `describe` can be told. */
const tools: EditorTools | string = editorTools();

/** For `describe`: false where the tests can run, else why not. */
export const skipEditor: string | false = typeof tools === 'string' ? tools : false;

/**
 * One editor for the tests of a `describe`: opened before the first, closed after the last. They go on from each other,
 * so that after one that failed the others fail at once. A picture of every window is kept where a test fails.
 */
export function testEditor(options: EditorOptions = {}): () => Editor {
  let editor: Editor | null = null;
  before(async () => {
    if (typeof tools !== 'string') editor = await openEditor(tools, options);
  });
  let failed: string | null = null;
  beforeEach(() => {
    if (failed !== null) throw new Error(`"${failed}" failed before`);
  });
  afterEach(async (context) => {
    // The types of Node's runner do not know it yet.
    const isPassed = 'passed' in context && context.passed;
    if (!editor || isPassed || failed !== null) return;
    failed = context.name;
    for (const [at, window] of editor.windows().entries()) await window.picture(`failed ${context.name} ${at}`);
  });
  after(() => editor?.[Symbol.asyncDispose]());
  return () => {
    if (!editor) throw new Error('there is no editor yet');
    return editor;
  };
}
