import type { ToolCall, ToolDefinition } from '../../contract/dataset.ts';
import type { Problem } from '../rowSink.ts';
import { isPlainObject } from './columns.ts';

/**
 * Functions that the model may call: a list, or its JSON as text; each as OpenAI has it, or bare with its name. They
 * come out in OpenAI's shape, which chat templates expect.
 */
export function readTools(value: unknown, field: string): ToolDefinition[] | Problem {
  const parsed = typeof value === 'string' ? parse(value) : value;
  const list = isPlainObject(parsed) ? [parsed] : parsed;
  if (!Array.isArray(list)) return { code: 'row_tools_broken', details: { field } };
  const tools: ToolDefinition[] = [];
  for (const [index, tool] of list.entries()) {
    const bare = isPlainObject(tool) && isPlainObject(tool.function) ? tool.function : tool;
    if (!isPlainObject(bare) || typeof bare.name !== 'string' || bare.name.trim() === '') {
      return { code: 'row_tools_broken', details: { field: `${field}[${index}]` } };
    }
    tools.push({ type: 'function', function: { ...bare, name: bare.name } });
  }
  return tools;
}

/**
 * Calls of one message: OpenAI's list, one call alone, or its JSON as text (ShareGPT); arguments as an object or as
 * its JSON. Their ids are left out: a row's answers follow its calls in their order.
 */
export function readToolCalls(value: unknown, field: string): ToolCall[] | Problem {
  const parsed = typeof value === 'string' ? parse(value) : value;
  const list = Array.isArray(parsed) ? parsed : [parsed];
  const calls: ToolCall[] = [];
  for (const call of list) {
    const bare = isPlainObject(call) && isPlainObject(call.function) ? call.function : call;
    const given = isPlainObject(bare) ? bare.arguments : undefined;
    const made = typeof given === 'string' ? parse(given.trim() === '' ? '{}' : given) : (given ?? {});
    if (!isPlainObject(bare) || typeof bare.name !== 'string' || bare.name.trim() === '' || !isPlainObject(made)) {
      return { code: 'row_tool_call_broken', details: { field } };
    }
    calls.push({ type: 'function', function: { name: bare.name, arguments: { ...made } } });
  }
  return calls.length > 0 ? calls : { code: 'row_tool_call_broken', details: { field } };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
