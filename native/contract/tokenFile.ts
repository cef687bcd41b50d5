/**
 * The token file: rows that are ready to train on, written by the backend, read by the engine.
 *
 * Little-endian: magic `TATK`, u32 version, u32 rows, u32 tokens; u32 offsets[rows + 1], counted in tokens, the last one
 * equal to `tokens`; i32 token[tokens]; u8 answer[tokens]. `answer[i]` is 1 where token i is one that the model must
 * learn to say: its cross-entropy, predicted from the tokens before it in the same row, enters the loss. The first token
 * of a row is never predicted.
 */
export const tokenFileMagic = 'TATK';
export const tokenFileVersion = 1;
export const tokenFileHeaderBytes = 16;
