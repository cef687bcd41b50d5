import { isMap, isScalar, parseDocument } from 'yaml';
import type { Language } from '../contract/common.ts';
import { TataraError } from '../contract/errors.ts';
import type { RecipeChange, RecipeEdit, RecipeEdited } from '../contract/recipeEdit.ts';
import { parseRecipeYaml } from './parseRecipe.ts';
import { parseYaml } from './parseYaml.ts';

/**
 * The recipe with its settings changed where they stand: comments, order and everything else stay as they were written.
 * A recipe whose YAML is broken is not touched, and its problems say why.
 */
export function editRecipe({ recipe_yaml: text, changes }: RecipeEdit, language: Language): RecipeEdited {
  const edited = changes.length === 0 ? text : applyChanges(text, changes, language);
  try {
    return { recipe_yaml: edited, recipe: parseRecipeYaml(edited, { language }), problems: [] };
  } catch (error) {
    if (!(error instanceof TataraError)) throw error;
    return { recipe_yaml: edited, recipe: null, problems: [...error.problems] };
  }
}

function applyChanges(text: string, changes: readonly RecipeChange[], language: Language): string {
  if ('problems' in parseYaml(text, language)) return text;
  const document = parseDocument(text);
  if (document.contents !== null && !isMap(document.contents)) return text;
  for (const { path, value } of changes) {
    const keys = path.split('.');
    if (value === null) {
      document.deleteIn(keys);
      removeEmptySections(document, keys.slice(0, -1));
      continue;
    }
    makeSections(document, keys.slice(0, -1));
    const old = document.getIn(keys, true);
    // The scalar stays the same node, so that the comment behind it stays too.
    if (isScalar(old) && !Array.isArray(value)) {
      old.value = value;
      delete old.source;
      delete old.format;
    } else {
      document.setIn(keys, document.createNode(value, { flow: true }));
    }
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

type Yaml = ReturnType<typeof parseDocument>;

/** `training:` with nothing under it is null and takes no key; neither does a value that stands where a section belongs. */
function makeSections(document: Yaml, keys: readonly string[]): void {
  for (let depth = 1; depth <= keys.length; depth += 1) {
    const path = keys.slice(0, depth);
    const found = document.getIn(path, true);
    if (isMap(found)) continue;
    document.setIn(path, document.createNode({}));
  }
}

function removeEmptySections(document: Yaml, keys: readonly string[]): void {
  for (let depth = keys.length; depth > 0; depth -= 1) {
    const path = keys.slice(0, depth);
    const found = document.getIn(path, true);
    if (!isMap(found) || found.items.length > 0) return;
    document.deleteIn(path);
  }
}
