import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { NewRunToHost } from '../../../webviews/contract/newRun.ts';
import { RecipeEditor } from '../../../webviews/newRun/recipeEditor.ts';

type Edit = Extract<NewRunToHost, { type: 'edit' }>;

/** A backend that appends each change as a line, and answers when it is told to. */
function opened(yaml: string) {
  const asked: Edit[] = [];
  const editor = new RecipeEditor(yaml, (edit) => asked.push(edit));
  const answer = (edit: Edit): boolean => {
    const lines = edit.changes.map(({ path, value }) => `${path}: ${value}\n`).join('');
    const recipe = { type: 'recipe', revision: edit.revision, yaml: edit.yaml + lines } as const;
    return editor.take({ ...recipe, settings: null, problems: [] });
  };
  return { editor, asked, answer };
}

test('changes made while one is under way wait for it and lose nothing', () => {
  const { editor, asked, answer } = opened('');
  editor.change([{ path: 'a', value: 1 }]);
  editor.change([{ path: 'b', value: 2 }]);
  editor.change([{ path: 'c', value: 3 }]);
  assert.equal(asked.length, 1);
  assert.equal(answer(asked[0]!), false, 'overtaken, so not shown');
  assert.equal(answer(asked[1]!), true);
  assert.equal(editor.yaml, 'a: 1\nb: 2\nc: 3\n');
  assert.equal(editor.isSettled, true);
});

test('what is typed while a change is under way is not overwritten by its answer', () => {
  const { editor, asked, answer } = opened('old\n');
  editor.change([{ path: 'a', value: 1 }]);
  editor.type('typed\n');
  assert.equal(answer(asked[0]!), false);
  assert.equal(editor.yaml, 'typed\n');
  assert.equal(answer(asked[1]!), true);
  assert.equal(editor.yaml, 'typed\n');
});

test('an answer that comes twice or late changes nothing', () => {
  const { editor, asked, answer } = opened('');
  editor.change([{ path: 'a', value: 1 }]);
  answer(asked[0]!);
  editor.change([{ path: 'b', value: 2 }]);
  assert.equal(answer(asked[0]!), false);
  assert.equal(answer(asked[1]!), true);
  assert.equal(editor.yaml, 'a: 1\nb: 2\n');
});

test('after a failure the next change goes on', () => {
  const { editor, asked, answer } = opened('x\n');
  editor.change([{ path: 'a', value: 1 }]);
  editor.failed();
  editor.change([{ path: 'b', value: 2 }]);
  answer(asked[1]!);
  assert.equal(editor.yaml, 'x\nb: 2\n');
});

test('however changes and answers are mixed, every change arrives once and in order', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (moves) => {
      const { editor, asked, answer } = opened('');
      let made = 0;
      let answered = 0;
      for (const change of moves) {
        if (change) editor.change([{ path: 'n', value: made++ }]);
        else if (answered < asked.length) answer(asked[answered++]!);
      }
      while (answered < asked.length) answer(asked[answered++]!);
      assert.equal(editor.yaml, Array.from({ length: made }, (_, n) => `n: ${n}\n`).join(''));
    }),
  );
});
