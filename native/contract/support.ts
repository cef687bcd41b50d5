/** What can be trained on. The backend tells it at import; the engine refuses by it before anything is allocated. */
export const supportedArchitectures = ['llama', 'qwen2'] as const;
export const supportedTensorTypes = ['F32', 'F16', 'BF16', 'Q8_0'] as const;
