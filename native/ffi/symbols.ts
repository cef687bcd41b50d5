/**
 * Every function of ggml that the engine calls, as koffi reads it. Pointers to ggml's structs are `void *`: they are
 * opaque here, and no struct is ever read or written by its layout. The signatures are those of ggml 0.23.0, which
 * node-llama-cpp 3.21.1 ships; `library.ts` refuses another version.
 */

/** In libggml-base. */
export const baseSymbols = {
  version: 'const char *ggml_version()',
  init: 'void *ggml_init(ggml_init_params params)',
  free: 'void ggml_free(void *ctx)',
  tensorOverhead: 'size_t ggml_tensor_overhead()',
  graphOverhead: 'size_t ggml_graph_overhead_custom(size_t size, bool grads)',
  newGraph: 'void *ggml_new_graph_custom(void *ctx, size_t size, bool grads)',
  buildForwardExpand: 'void ggml_build_forward_expand(void *graph, void *tensor)',
  graphNodes: 'int ggml_graph_n_nodes(void *graph)',
  newTensor: 'void *ggml_new_tensor_4d(void *ctx, int type, int64_t ne0, int64_t ne1, int64_t ne2, int64_t ne3)',
  setInput: 'void ggml_set_input(void *tensor)',
  setOutput: 'void ggml_set_output(void *tensor)',
  setParam: 'void ggml_set_param(void *tensor)',

  add: 'void *ggml_add(void *ctx, void *a, void *b)',
  addInplace: 'void *ggml_add_inplace(void *ctx, void *a, void *b)',
  mul: 'void *ggml_mul(void *ctx, void *a, void *b)',
  mulInplace: 'void *ggml_mul_inplace(void *ctx, void *a, void *b)',
  sub: 'void *ggml_sub(void *ctx, void *a, void *b)',
  div: 'void *ggml_div(void *ctx, void *a, void *b)',
  sqr: 'void *ggml_sqr(void *ctx, void *a)',
  sqrt: 'void *ggml_sqrt(void *ctx, void *a)',
  log: 'void *ggml_log(void *ctx, void *a)',
  sum: 'void *ggml_sum(void *ctx, void *a)',
  sumRows: 'void *ggml_sum_rows(void *ctx, void *a)',
  mean: 'void *ggml_mean(void *ctx, void *a)',
  scale: 'void *ggml_scale(void *ctx, void *a, float s)',
  scaleBias: 'void *ggml_scale_bias(void *ctx, void *a, float s, float b)',
  fill: 'void *ggml_fill(void *ctx, void *a, float c)',
  cast: 'void *ggml_cast(void *ctx, void *a, int type)',
  cont: 'void *ggml_cont(void *ctx, void *a)',
  transpose: 'void *ggml_transpose(void *ctx, void *a)',
  permute: 'void *ggml_permute(void *ctx, void *a, int axis0, int axis1, int axis2, int axis3)',
  reshape: 'void *ggml_reshape_4d(void *ctx, void *a, int64_t ne0, int64_t ne1, int64_t ne2, int64_t ne3)',
  view: 'void *ggml_view_4d(void *ctx, void *a, int64_t ne0, int64_t ne1, int64_t ne2, int64_t ne3, size_t nb1, size_t nb2, size_t nb3, size_t offset)',
  mulMat: 'void *ggml_mul_mat(void *ctx, void *a, void *b)',
  mulMatSetPrecision: 'void ggml_mul_mat_set_prec(void *a, int precision)',
  outProd: 'void *ggml_out_prod(void *ctx, void *a, void *b)',
  getRows: 'void *ggml_get_rows(void *ctx, void *a, void *b)',
  setRows: 'void *ggml_set_rows(void *ctx, void *a, void *b, void *c)',
  getRowsBack: 'void *ggml_get_rows_back(void *ctx, void *a, void *b, void *c)',
  rmsNorm: 'void *ggml_rms_norm(void *ctx, void *a, float eps)',
  rmsNormBack: 'void *ggml_rms_norm_back(void *ctx, void *a, void *b, float eps)',
  silu: 'void *ggml_silu(void *ctx, void *a)',
  sigmoid: 'void *ggml_sigmoid(void *ctx, void *a)',
  siluBack: 'void *ggml_silu_back(void *ctx, void *a, void *b)',
  swigluSplit: 'void *ggml_swiglu_split(void *ctx, void *a, void *b)',
  softMax: 'void *ggml_soft_max_ext(void *ctx, void *a, void *mask, float scale, float max_bias)',
  softMaxBack: 'void *ggml_soft_max_ext_back(void *ctx, void *a, void *b, float scale, float max_bias)',
  rope: 'void *ggml_rope_ext(void *ctx, void *a, void *b, void *c, int n_dims, int mode, int n_ctx_orig, float freq_base, float freq_scale, float ext_factor, float attn_factor, float beta_fast, float beta_slow)',
  ropeBack:
    'void *ggml_rope_ext_back(void *ctx, void *a, void *b, void *c, int n_dims, int mode, int n_ctx_orig, float freq_base, float freq_scale, float ext_factor, float attn_factor, float beta_fast, float beta_slow)',
  custom:
    'void *ggml_custom_4d(void *ctx, int type, int64_t ne0, int64_t ne1, int64_t ne2, int64_t ne3, const void *args, int n_args, void *fun, int n_tasks, void *userdata)',
  customInplace:
    'void *ggml_custom_inplace(void *ctx, void *a, const void *args, int n_args, void *fun, int n_tasks, void *userdata)',
  tensorData: 'void *ggml_get_data(const void *tensor)',
  optStepAdamw: 'void *ggml_opt_step_adamw(void *ctx, void *a, void *grad, void *m, void *v, void *params)',

  backendFree: 'void ggml_backend_free(void *backend)',
  backendAllocTensors: 'void *ggml_backend_alloc_ctx_tensors(void *ctx, void *backend)',
  backendDefaultBufferType: 'void *ggml_backend_get_default_buffer_type(void *backend)',
  backendGraphCompute: 'int ggml_backend_graph_compute(void *backend, void *graph)',
  backendSupportsOp: 'bool ggml_backend_supports_op(void *backend, void *op)',
  viewInit: 'int ggml_backend_view_init(void *tensor)',
  bufferFree: 'void ggml_backend_buffer_free(void *buffer)',
  bufferSize: 'size_t ggml_backend_buffer_get_size(void *buffer)',
  bufferClear: 'void ggml_backend_buffer_clear(void *buffer, uint8_t value)',
  tensorSet: 'void ggml_backend_tensor_set(void *tensor, const void *data, size_t offset, size_t size)',
  tensorSet2d:
    'void ggml_backend_tensor_set_2d(void *tensor, const void *data, size_t offset, size_t size, size_t n_copies, size_t stride_tensor, size_t stride_data)',
  tensorGet: 'void ggml_backend_tensor_get(const void *tensor, void *data, size_t offset, size_t size)',
  tensorMemset: 'void ggml_backend_tensor_memset(void *tensor, uint8_t value, size_t offset, size_t size)',
  gallocrNew: 'void *ggml_gallocr_new(void *buft)',
  gallocrFree: 'void ggml_gallocr_free(void *galloc)',
  gallocrReserve: 'bool ggml_gallocr_reserve(void *galloc, void *graph)',
  gallocrAllocGraph: 'bool ggml_gallocr_alloc_graph(void *galloc, void *graph)',
  gallocrBufferSize: 'size_t ggml_gallocr_get_buffer_size(void *galloc, int buffer_id)',

  deviceName: 'const char *ggml_backend_dev_name(void *device)',
  deviceDescription: 'const char *ggml_backend_dev_description(void *device)',
  deviceMemory: 'void ggml_backend_dev_memory(void *device, _Out_ size_t *free, _Out_ size_t *total)',
  deviceType: 'int ggml_backend_dev_type(void *device)',
  deviceRegistry: 'void *ggml_backend_dev_backend_reg(void *device)',
  deviceInit: 'void *ggml_backend_dev_init(void *device, const char *params)',
  threadpoolParamsInit: 'void ggml_threadpool_params_init(void *params, int threads)',
  registryProcAddress: 'void *ggml_backend_reg_get_proc_address(void *reg, const char *name)',
} as const;

/** In libggml, the registry of devices. */
export const registrySymbols = {
  load: 'void *ggml_backend_load(const char *path)',
  deviceCount: 'size_t ggml_backend_dev_count()',
  deviceGet: 'void *ggml_backend_dev_get(size_t index)',
} as const;
